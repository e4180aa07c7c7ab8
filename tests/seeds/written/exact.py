"""Endpoints that are one path each, and what handlers take and return."""

import json

from skysyn.compat import skygear


@skygear.handler("foo")
def foo(request):
    return request.path


@skygear.handler("abc/")
def below_abc(request):
    return "abc/ " + request.path


@skygear.handler("abc/def")
def abc_def(request):
    return "abc/def"


@skygear.handler("my_endpoint", method=["GET"])
def handle_get(request):
    return "got"


@skygear.handler("my_endpoint", method=["POST"])
def handle_post(request):
    return "posted"


@skygear.handler("default")
def any_of_three(request):
    return request.method


@skygear.handler("private", user_required=True)
def private(request):
    return skygear.utils.context.current_user_id()


@skygear.handler("returns")
def returns(request):
    return {
        "str": "text",
        "dict": {"a": 1},
        "list": [1, "a"],
        "int": 5,
        "none": None,
        "response": skygear.Response("made", status=202, mimetype="text/html"),
    }[request.args["what"]]


@skygear.handler("get_query_string")
def query_string_handler(request):
    params = request.args
    return {"key": params["key"], "value": int(params["value"])}


@skygear.handler("form")
def form_handler(request):
    params = request.form
    return {"a": int(params["a"]), "b": params["b"]}


@skygear.handler("json")
def json_request_handler(request):
    b = request.get_data()
    s = b.decode(request.charset, request.encoding_errors)
    request_body = json.loads(s)
    name = request_body.get("name")
    return {"name": name}


@skygear.handler("url/")
def parse_url(request):
    full_path = request.full_path
    path = full_path[len("/url/") :]
    return {"path": path}
