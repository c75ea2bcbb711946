"""What a WSGI server runs (`gunicorn wsgi:application`): the one place that reads the environment."""

from service import create_app
from service.settings import read_settings

application = create_app(read_settings())
