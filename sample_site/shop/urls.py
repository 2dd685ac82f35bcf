"""The shop's pages."""

from __future__ import annotations

from django.urls import path, re_path, register_converter
from django.views.generic import RedirectView

from shop.converters import IsbnConverter
from shop.views import asynchronous, basket, catalogue, members, responses, reviews, start, trouble

register_converter(IsbnConverter, "isbn")

app_name = "shop"

urlpatterns = [
    path("", start.start, name="start"),
    path("books/", catalogue.book_list, name="book_list"),
    path("books/<str:slug>/", catalogue.book_detail, name="book_detail"),
    path("books/<str:slug>/review/", reviews.write_review, name="write_review"),
    path("books/<str:slug>/collect/", catalogue.collect, name="collect"),
    re_path(r"^published/(?P<year>[0-9]{4})/$", catalogue.published, name="published"),
    path("isbn/<isbn:isbn>/", catalogue.by_isbn, name="by_isbn"),
    path("authors/", catalogue.AuthorList.as_view(), name="author_list"),
    path("authors/<slug:slug>/", catalogue.AuthorDetail.as_view(), name="author_detail"),
    path("search/", catalogue.search, name="search"),
    path("shelves/n-plus-one/", catalogue.shelves_n_plus_one, name="shelves_n_plus_one"),
    path("shelves/prefetched/", catalogue.shelves_prefetched, name="shelves_prefetched"),
    path("new/", catalogue.new_arrivals, name="new_arrivals"),
    path("bestsellers/", catalogue.bestsellers, name="bestsellers"),
    path("preorders/", catalogue.preorders, name="preorders"),
    path("old-catalogue/", RedirectView.as_view(pattern_name="shop:book_list", permanent=True), name="old_catalogue"),
    path("basket/", basket.show, name="basket"),
    path("basket/add/<str:slug>/", basket.add, name="basket_add"),
    path("basket/remove/<str:slug>/", basket.remove, name="basket_remove"),
    path("basket/order/", basket.place_order, name="place_order"),
    path("stock/delivery/", basket.take_delivery, name="take_delivery"),
    path("stock/oversell/", basket.oversell, name="oversell"),
    path("members/", members.members, name="members"),
    path("staff/report/", members.report, name="report"),
    path("download/sample-chapter/", responses.sample_chapter, name="sample_chapter"),
    path("export/books.csv", responses.export_books, name="export_books"),
    path("async/suppliers/", asynchronous.suppliers, name="suppliers"),
    path("async/opening-hours/", asynchronous.OpeningHours.as_view(), name="opening_hours"),
    path("async/reading/", asynchronous.reading, name="reading"),
    path("slow/", responses.slow, name="slow"),
    path("postage/", responses.postage, name="postage"),
    path("guestbook/", trouble.guestbook, name="guestbook"),
    path("error/", trouble.error, name="error"),
    path("error/late/", trouble.late_error, name="late_error"),
]
