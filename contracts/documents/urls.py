app_name = "contract_documents"

urlpatterns = []
