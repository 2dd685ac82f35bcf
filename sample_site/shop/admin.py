"""The shop in the admin: log in as admin / admin and open /admin/."""

from __future__ import annotations

from django.contrib import admin

from shop.models import Author, Book, Genre, Order, OrderLine, Review


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = ["name", "born"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    autocomplete_fields = ["author"]
    list_display = ["title", "author", "price", "stock"]
    list_filter = ["genres"]
    list_select_related = ["author"]
    search_fields = ["title", "author__name"]


class OrderLineInline(admin.TabularInline):
    model = OrderLine
    extra = 0


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    inlines = [OrderLineInline]
    list_display = ["__str__", "email", "placed"]


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    list_display = ["book", "reader", "stars", "written"]
    list_select_related = ["book"]


admin.site.register(Genre)
admin.site.site_header = "The Bookshop: back office"
