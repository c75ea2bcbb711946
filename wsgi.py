"""What a WSGI server runs (`gunicorn wsgi:application`): the one place that reads the environment."""

import os

from service import create_app, warm_up
from service.request_log import log_as_json
from service.settings import read_settings

log_as_json()
application = create_app(read_settings(), metrics_folder=os.environ.get("PROMETHEUS_MULTIPROC_DIR"))
warm_up(application)
