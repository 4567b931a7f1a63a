"""What every template may use."""


def steward(request):
    return {}
