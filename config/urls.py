"""Every address of Steward, by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("dashboards.urls")),
    path("contracts/import/", include("contracts.imports.urls")),
    path("contracts/", include("contracts.documents.urls")),
    path("contracts/", include("contracts.obligations.urls")),
    path("contracts/", include("contracts.stages.urls")),
    path("contracts/", include("contracts.terms.urls")),
    path("contracts/", include("contracts.tiering.urls")),
    path("contracts/", include("contracts.urls")),
    path("suppliers/", include("suppliers.intelligence.urls")),
    path("suppliers/", include("suppliers.segmentation.urls")),
    path("suppliers/", include("suppliers.urls")),
    path("performance/scorecards/", include("performance.scorecards.urls")),
    path("performance/credits/", include("performance.credits.urls")),
    path("performance/trends/", include("performance.trends.urls")),
    path("performance/", include("performance.urls")),
    path("risks/continuity/", include("risks.continuity.urls")),
    path("risks/indicators/", include("risks.indicators.urls")),
    path("risks/", include("risks.urls")),
    path("reminders/", include("reminders.urls")),
    path("intake/", include("common.intake.urls")),
    path("people/", include("accounts.urls")),
    path("", include("accounts.site_urls")),
    path("account/", include("allauth.urls")),
    path("", include("common.urls")),
]

handler500 = "common.errors.server_error"
