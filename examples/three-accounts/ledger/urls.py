"""Where requests go: nowhere yet."""

urlpatterns = []
