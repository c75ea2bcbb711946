"""Everything at once for as long as one likes, with a model beside it that says what must be found."""
