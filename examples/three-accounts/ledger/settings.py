"""The app's settings; what differs between environments comes from the task definition."""

import os

SECRET_KEY = os.environ.get("SECRET_KEY", "for tests alone")
ROOT_URLCONF = "ledger.urls"
INSTALLED_APPS = ["ledger"]
