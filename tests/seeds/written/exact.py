"""Endpoints that are one path each, and what handlers take and return.

The guide leaves out the names of some, the end of what they return, and how one reads
its body; all that it does say is here, line by line.
"""

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


@skygear.handler('my_endpoint', method=['GET'])
def handle_get(request):
    return "got"


@skygear.handler('my_endpoint', method=['POST'])
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


# curl "https://<your-endpoint>/get_query_string?key=month&value=10"
@skygear.handler("get_query_string")
def json_request_handler(request):
    params = request.args
    return {
        'key': params['key'], # month
        'value': int(params['value']), # 10
    }


# curl -H "Content-Type: application/x-www-form-urlencoded" -d "a=3&b=at" https://<your-endpoint>/form
@skygear.handler("form")
def json_request_handler(request):
    params = request.form
    return {
        'a': int(params['a']), # 3
        'b': params['b'], # at
    }


# curl -H "Content-Type: application/json" -d '{"name": "John"}' https://<your-endpoint>/json
@skygear.handler("json")
def json_request_handler(request):
    b = request.stream.read()
    s = b.decode(request.charset, request.encoding_errors)
    request_body = json.loads(s)
    name = request_body.get('name') # John
    return {
        'name': name,
    }


# curl https://<your-endpoint>/url/more/levels?level=3
@skygear.handler("url/")
def parse_url(request):
    # obtain request URL after url/
    # so you can perform further actions based on the request URL
    full_path = request.full_path # /url/more/levels?level=3
    path = full_path[len('/url/'):] # more/levels?level=3
    return {
        'path': path,
    }
