"""What a WSGI server runs (`gunicorn wsgi:application`): the one place that reads the environment."""

from service import create_app
from service.settings import Settings

application = create_app(Settings())
