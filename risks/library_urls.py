"""The addresses of the library, the workshop and of how risks are scored; `risks.urls` takes them in."""

from django.urls import path

from risks import library_views, settings_views, workshop_views

urlpatterns = [
    path("library/", library_views.library, name="library"),
    path("library/add/", library_views.template_add, name="template_add"),
    path("library/<int:template_pk>/", library_views.template_edit, name="template_edit"),
    path("contract/<int:contract_pk>/library/", library_views.from_library, name="from_library"),
    path("contract/<int:contract_pk>/workshop/", workshop_views.workshop, name="workshop"),
    path("matrix/", settings_views.matrix, name="matrix"),
    path("matrix/edit/", settings_views.matrix_edit, name="matrix_edit"),
    path("categories/", settings_views.categories, name="categories"),
    path("categories/add/", settings_views.category_add, name="category_add"),
    path("categories/<int:category_pk>/", settings_views.category_edit, name="category_edit"),
]
