from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from common import deadlines
from common.history import page_of_entries
from common.lists import ListPage, page_number
from contracts.models import Contract
from contracts.views import contract_page
from reminders import actions, columns, forecast, mailbox, outbox
from reminders.filters import AllNoticesFilter, DigestFilter, NoticeFilter
from reminders.forms import RuleForm
from reminders.models import Digest, Notice, ReminderRule


def _may_read_all(user):
    return user.may(Permission.VIEW_CONTRACTS)


def _may_read_digests(user):
    return _may_read_all(user) or user.may(Permission.MANAGE_REMINDERS)


def _may_manage(user):
    return user.may(Permission.MANAGE_REMINDERS)


def _may_read_mail(user):
    return user.may(Permission.READ_MAIL)


PLACES = (
    ("mine", "Sent to me", lambda user: True),
    ("all", "All reminders", _may_read_all),
    ("digests", "E-mails", _may_read_digests),
    ("rules", "Rules", _may_manage),
    ("mail", "Kept messages", _may_read_mail),
)


def _page(request, current, template, context):
    """Answer with one of the pages of this room, beside the others that this person may open."""
    tabs = [
        {"label": label, "url": reverse(f"reminders:{name}"), "current": name == current}
        for name, label, may_open in PLACES
        if may_open(request.user)
    ]
    return render(request, template, {"tabs": tabs, **context})


def notices_mine(request):
    return _notices(
        request, "mine", Notice.objects.visible_to(request.user).filter(recipient=request.user),
        columns.MINE, NoticeFilter,
    )  # fmt: skip


def notices_all(request):
    if not _may_read_all(request.user):
        raise Http404
    return _notices(
        request, "all", Notice.objects.visible_to(request.user), columns.ALL, AllNoticesFilter
    )


def _notices(request, place, notices, shown, filterset):
    page = ListPage(
        request,
        queryset=notices,
        columns=shown,
        filterset=filterset,
        sort="-noticed",
        name="reminders",
    )
    if page.export:
        return page.export_response()
    return _page(
        request, place, "reminders/notice_list.html", {"page": page, "all": place == "all"}
    )


def notices_of_contract(request, contract_pk):
    """The reminders section of a contract's page: what is to come, and who was told what."""
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    page = ListPage(
        request, queryset=Notice.objects.filter(contract=contract), columns=columns.OF_CONTRACT,
        sort="-noticed", name="reminders",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    coming = forecast.coming(contract, today=timezone.localdate())
    return contract_page(
        request,
        contract,
        "reminders",
        "reminders/of_contract.html",
        {"page": page, "coming": coming},
    )


def digest_list(request):
    if not _may_read_digests(request.user):
        raise Http404
    page = ListPage(
        request, queryset=Digest.objects.all(), columns=columns.DIGESTS, filterset=DigestFilter,
        sort="-on", name="reminder-e-mails",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    failed = Digest.objects.filter(state=Digest.State.FAILED)
    context = {"page": page, "failed": failed.count(), "may_send_again": _may_manage(request.user)}
    return _page(request, "digests", "reminders/digest_list.html", context)


@require_POST
def digests_send_again(request):
    if not _may_manage(request.user):
        raise Http404
    number = outbox.send_failed_again(by=request.user)
    messages.success(
        request, f"Failed e-mails queued again: {number}. They leave within five minutes."
    )
    return redirect("reminders:digests")


def rule_list(request):
    if not _may_manage(request.user):
        raise Http404
    found = list(ReminderRule.objects.all())
    known = {rule.kind for rule in found}
    without = [kind.label for kind in deadlines.kinds() if kind.key not in known]
    return _page(request, "rules", "reminders/rule_list.html", {"rules": found, "without": without})


@require_http_methods(["GET", "POST"])
def rule_edit(request, rule_pk):
    if not _may_manage(request.user):
        raise Http404
    rule = get_object_or_404(ReminderRule, pk=rule_pk)
    form = RuleForm(request.POST or None, instance=rule)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.change_rule(rule=rule, by=request.user, reason=reason, **form.changes)
        messages.success(request, "Rule saved.")
        return redirect("reminders:rules")
    history_page, entries = page_of_entries([rule.history.all()], page=page_number(request))
    return _page(
        request, "rules", "reminders/rule_form.html",
        {"form": form, "rule": rule, "history_page": history_page, "entries": entries},
    )  # fmt: skip


def mail_list(request):
    if not _may_read_mail(request.user):
        raise Http404
    page = Paginator(mailbox.newest(), 25).get_page(page_number(request))
    return _page(request, "mail", "reminders/mail_list.html", {"mail_page": page})


def mail_message(request, file, number):
    if not _may_read_mail(request.user):
        raise Http404
    message = mailbox.find(file, number)
    if message is None:
        raise Http404
    return _page(request, "mail", "reminders/mail_message.html", {"mail": message})
