from django.urls import path

from suppliers.segmentation import views

app_name = "segmentation"

urlpatterns = [
    path("kraljic/", views.board, name="board"),
    path("kraljic/questions/", views.questions, name="questions"),
    path("kraljic/questions/add/", views.question_add, name="question_add"),
    path("kraljic/questions/<int:question_pk>/", views.question_edit, name="question_edit"),
    path("tiers/", views.tiers, name="tiers"),
    path("tiers/accept/", views.tiers_accept, name="tiers_accept"),
    path("<int:supplier_pk>/segmentation/", views.supplier_segmentation, name="supplier"),
    path("<int:supplier_pk>/segmentation/place/", views.place, name="place"),
    path("<int:supplier_pk>/segmentation/tier/", views.tier, name="tier"),
]
