"""Books and authors: lists, details, search."""

from __future__ import annotations

from itertools import count
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Avg, Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.cache import cache_page
from django.views.decorators.vary import vary_on_cookie
from django.views.generic import DetailView, ListView

from shop.decorators import coming_soon
from shop.errors import OutOfStock
from shop.forms import SearchForm
from shop.models import Author, Book

bestsellers_computed = count(1)


def book_list(request: HttpRequest) -> HttpResponse:
    """All books, ten to a page."""
    pages = Paginator(Book.objects.select_related("author"), per_page=10)
    return render(request, "shop/book_list.html", {"page": pages.get_page(request.GET.get("page"))})


def book_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One book with its reviews, or 404."""
    books = Book.objects.select_related("author").prefetch_related("genres", "reviews")
    book = get_object_or_404(books, slug=slug)
    average = book.reviews.aggregate(stars=Avg("stars"))["stars"]
    return render(request, "shop/book_detail.html", {"book": book, "average": average})


def collect(request: HttpRequest, slug: str) -> HttpResponse:
    """Where in the shop a copy can be picked up; raises OutOfStock when there is none."""
    book = get_object_or_404(Book.objects.select_related("author"), slug=slug)
    if not book.stock:
        raise OutOfStock(book)
    return render(request, "shop/collect.html", {"book": book, "shelf": book.author.name[0]})


def published(request: HttpRequest, year: str) -> HttpResponse:
    """The books of one year."""
    books = Book.objects.select_related("author").filter(published=int(year))
    return render(request, "shop/published.html", {"year": year, "books": books})


def by_isbn(request: HttpRequest, isbn: str) -> HttpResponse:
    """From the number on the back of a book to its page."""
    return redirect(get_object_or_404(Book, isbn=isbn))


def search(request: HttpRequest) -> HttpResponse:
    """Books whose title or author contains what was typed."""
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    books = Book.objects.select_related("author").filter(Q(title__icontains=words) | Q(author__name__icontains=words))
    return render(request, "shop/search.html", {"form": form, "words": words, "books": books if words else []})


def shelves_n_plus_one(request: HttpRequest) -> HttpResponse:
    """The mistake: the template asks each book for its author, genres and reviews, and each question is a query."""
    return render(request, "shop/shelves.html", {"books": Book.objects.all(), "fixed": False})


def shelves_prefetched(request: HttpRequest) -> HttpResponse:
    """The same page, with everything the template will need fetched in three queries."""
    books = Book.objects.select_related("author").prefetch_related("genres", "reviews")
    return render(request, "shop/shelves.html", {"books": books, "fixed": True})


def new_arrivals(request: HttpRequest) -> TemplateResponse:
    """A response that is not rendered yet: middleware may still change its template and context."""
    books = Book.objects.select_related("author").order_by("-pk")[:4]
    return TemplateResponse(request, "shop/new_arrivals.html", {"books": books})


# cache_page outside, vary_on_cookie inside: the page header shows your name, so everyone needs a copy of their own.
@cache_page(60)
@vary_on_cookie
def bestsellers(request: HttpRequest) -> HttpResponse:
    """Kept for a minute: while the number on the page stands still, this function was not called."""
    books = Book.objects.select_related("author").annotate(opinions=Count("reviews")).order_by("-opinions", "title")[:5]
    return render(request, "shop/bestsellers.html", {"books": books, "times": next(bestsellers_computed)})


@coming_soon
def preorders(request: HttpRequest) -> HttpResponse:
    """Books that are not out yet; the mark above keeps visitors away until the page is ready."""
    return render(request, "shop/published.html", {"year": "next year", "books": Book.objects.none()})


def welcome(request: HttpRequest) -> HttpResponse:
    """A greeting in the language of the URL's prefix; the first template that exists is taken."""
    templates = [f"shop/welcome.{get_language()}.html", "shop/welcome.html"]
    return render(request, templates, {"oldest": Book.objects.order_by("published").first()})


class AuthorList(ListView):
    """Everybody we have a book of: a generic view, so there is hardly anything to write."""

    queryset = Author.objects.annotate(book_count=Count("books"))


class AuthorDetail(DetailView):
    """One author and the books."""

    model = Author

    def get_queryset(self) -> QuerySet[Author]:
        return super().get_queryset().prefetch_related("books")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(in_stock=self.object.books.filter(stock__gt=0).count(), **kwargs)
