"""Headers that every answer carries, static files included."""


class ResponseHeadersMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        # Registers hold names and prices: neither a proxy nor the next person at a shared computer
        # may see a kept copy. Static files set their own, longer life.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
