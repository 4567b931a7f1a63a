urlpatterns = []
app_name = "risks"
