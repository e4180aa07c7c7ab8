"""An endpoint that is everything below a path."""

from skysyn.compat import skygear


@skygear.handler("foo/")
def foo(request):
    return request.path
