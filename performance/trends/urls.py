from django.urls import path

from performance.trends import views

app_name = "trends"

urlpatterns = [
    path("contract/<int:contract_pk>/", views.contract_trends, name="contract"),
]
