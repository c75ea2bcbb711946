"""What a WSGI server runs: `gunicorn wsgi:application`. The one place of the service that reads the environment."""

from service import create_app
from service.settings import Settings

application = create_app(Settings())
