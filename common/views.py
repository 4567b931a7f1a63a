from urllib.parse import urlencode

from django import forms
from django.shortcuts import redirect, render

from common import search as sources

HITS_SHOWN = 8


class SearchForm(forms.Form):
    q = forms.CharField(max_length=200, required=False)


def search(request):
    """The box in the header: an exact reference goes straight there, words are grouped by kind."""
    form = SearchForm(request.GET)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    groups = []
    if text:
        for source in sources.sources():
            if url := source.exact(request.user, text):
                return redirect(url)
        for source in sources.sources():
            hits = source.find(request.user, text, HITS_SHOWN + 1)
            if hits:
                groups.append({
                    "label": source.label,
                    "hits": hits[:HITS_SHOWN],
                    "all_url": source.all_url(urlencode({"q": text})) if len(hits) > HITS_SHOWN else "",
                })  # fmt: skip
    context = {"text": text, "groups": groups, "form": form, "looked_through": _looked_through()}
    return render(request, "common/search.html", context)


def _looked_through():
    """`contracts, suppliers and documents`: what every room has added."""
    *first, last = [source.label.lower() for source in sources.sources()]
    return " and ".join(filter(None, [", ".join(first), last]))
