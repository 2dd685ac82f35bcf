"""Layers for experiments."""

from django.core.cache.backends.locmem import LocMemCache


class OwnCache(LocMemCache):
    """A cache with a method that Django's have not."""

    def ttl(self, key):
        return 0


class Stamp:
    """Sets the header that two layers set."""

    header = "X-Stamp"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response[self.header] = "yes"
        return response


class OtherStamp(Stamp):
    pass


class Count(Stamp):
    """Counts in the memory of the process."""

    seen = 0

    def __call__(self, request):
        Count.seen += 1
        return super().__call__(request)


class Fails:
    def __init__(self, get_response):
        raise RuntimeError("this layer has no key")


class SeesList(Stamp):
    """Tells the list that the settings have while the request runs."""

    def __call__(self, request):
        from django.conf import settings

        response = self.get_response(request)
        response["X-List"] = str(len(settings.MIDDLEWARE))
        return response


class Unframe:
    """Takes a header away that a layer further in has set."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.pop("X-Frame-Options", None)
        return response
