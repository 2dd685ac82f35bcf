"""What the shop knows: authors, genres, books, reviews and orders."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse


class Author(models.Model):
    """Somebody who wrote one of our books."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(unique=True)
    born = models.PositiveSmallIntegerField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("shop:author_detail", args=[self.slug])


class Genre(models.Model):
    """A label on the shelf; a book may carry several."""

    name = models.CharField(max_length=40, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Book(models.Model):
    """A title that we sell."""

    title = models.CharField(max_length=120)
    # Unicode, so that 红楼梦 keeps its name in the address bar.
    slug = models.SlugField(unique=True, allow_unicode=True)
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="books")
    genres = models.ManyToManyField(Genre, related_name="books")
    isbn = models.CharField(max_length=13, unique=True)
    published = models.PositiveSmallIntegerField()
    price = models.DecimalField(max_digits=6, decimal_places=2)
    stock = models.PositiveIntegerField(default=0)
    pages = models.PositiveSmallIntegerField()
    blurb = models.TextField()

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("shop:book_detail", args=[self.slug])

    @property
    def hue(self) -> int:
        """The colour of the drawn cover, as an angle on the colour wheel."""
        return self.pages * 137 % 360


class Review(models.Model):
    """What a reader thought of a book."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="reviews")
    reader = models.CharField("your name", max_length=60)
    stars = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    text = models.TextField("your review", max_length=1000)
    written = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-written", "-pk"]

    def __str__(self) -> str:
        return f"{self.reader} on {self.book}"


class Order(models.Model):
    """A basket that was bought."""

    name = models.CharField("your name", max_length=60)
    email = models.EmailField("e-mail address")
    placed = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-placed", "-pk"]

    def __str__(self) -> str:
        return f"Order {self.pk} of {self.name}"


class OrderLine(models.Model):
    """One title in an order, at the price of that day."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    quantity = models.PositiveSmallIntegerField()
    price = models.DecimalField(max_digits=6, decimal_places=2)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.book}"
