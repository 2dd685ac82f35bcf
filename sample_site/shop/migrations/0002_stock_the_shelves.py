"""Put books on the shelves, so that there is something to see."""

from datetime import datetime, timezone

from django.db import migrations

AUTHORS = [
    ("Jane Austen", "jane-austen", 1775, "Wrote at a small table in a room with a creaking door, which she would not have mended."),
    ("Charlotte Brontë", "charlotte-bronte", 1816, "Published as Currer Bell, to be read before being judged."),
    ("Emily Brontë", "emily-bronte", 1818, "One novel, and the moors were never the same again."),
    ("Lewis Carroll", "lewis-carroll", 1832, "A mathematician who took nonsense seriously."),
    ("Wilkie Collins", "wilkie-collins", 1824, "Made them laugh, made them cry, made them wait."),
    ("Charles Dickens", "charles-dickens", 1812, "Wrote in monthly parts and had all of London at his window."),
    ("George Eliot", "george-eliot", 1819, "Mary Ann Evans, who knew every soul in a provincial town."),
    ("Herman Melville", "herman-melville", 1819, "Went to sea first and to his desk afterwards."),
    ("Mary Shelley", "mary-shelley", 1797, "Began her monster on a rainy holiday, at eighteen."),
    ("Bram Stoker", "bram-stoker", 1847, "Managed a theatre by day."),
    ("Jules Verne", "jules-verne", 1828, "Travelled further than anybody, mostly in an armchair."),
    ("曹雪芹", "cao-xueqin", 1715, "Cao Xueqin spent ten years on one book and left it unfinished."),
    ("吴承恩", "wu-chengen", 1500, "Wu Cheng'en, by most accounts the man behind the Monkey King."),
]

# title, slug, author, genres, first twelve digits of the number on the back, year, price, stock, pages, blurb
BOOKS = [
    ("Emma", "emma", "jane-austen", ["Comedy", "Romance"], "978014104003", 1815, "8.99", 7, 474,
     "Handsome, clever, and rich, Emma Woodhouse arranges the lives of everybody around her. It goes as well as you think."),
    ("Pride and Prejudice", "pride-and-prejudice", "jane-austen", ["Comedy", "Romance"], "978014104034", 1813, "7.99", 12, 432,
     "Two people are wrong about each other for four hundred pages, and it is a pleasure to watch."),
    ("Jane Eyre", "jane-eyre", "charlotte-bronte", ["Gothic", "Romance"], "978014104038", 1847, "9.50", 5, 624,
     "A governess, a great house, and a laugh behind a locked door on the third floor."),
    ("Wuthering Heights", "wuthering-heights", "emily-bronte", ["Gothic", "Tragedy"], "978014104044", 1847, "8.50", 3, 416,
     "Love and revenge over two generations, with the wind always from the same side."),
    ("Alice's Adventures in Wonderland", "alice-in-wonderland", "lewis-carroll", ["Children", "Comedy"], "978014104051", 1865,
     "6.99", 20, 192, "A girl follows a rabbit and meets a court of law that has the sentence first."),
    ("The Moonstone", "the-moonstone", "wilkie-collins", ["Mystery"], "978014104062", 1868, "9.99", 0, 528,
     "A diamond vanishes from a country house, and everyone who was there tells the story differently."),
    ("The Woman in White", "the-woman-in-white", "wilkie-collins", ["Gothic", "Mystery"], "978014104071", 1860, "9.99", 4, 672,
     "A drawing master meets a stranger on a moonlit road. Nothing is what it seems, least of all the will."),
    ("Great Expectations", "great-expectations", "charles-dickens", ["Comedy", "Tragedy"], "978014104085", 1861, "8.99", 9, 544,
     "Pip comes into money, and only slowly learns whose it is."),
    ("Bleak House", "bleak-house", "charles-dickens", ["Mystery", "Comedy"], "978014104092", 1853, "11.99", 2, 1040,
     "A lawsuit that outlives the people in it, and literature's first police inspector."),
    ("Middlemarch", "middlemarch", "george-eliot", ["Romance", "Tragedy"], "978014104107", 1871, "12.50", 6, 880,
     "A town, a doctor with plans, and a young woman who marries a book that will never be finished."),
    ("Moby-Dick", "moby-dick", "herman-melville", ["Adventure", "Tragedy"], "978014104119", 1851, "10.99", 1, 720,
     "Everything you ever wanted to know about whales, and one captain who wanted to know only one of them."),
    ("Frankenstein", "frankenstein", "mary-shelley", ["Gothic", "Science fiction"], "978014104127", 1818, "7.50", 8, 288,
     "A student builds a man and runs away. The man comes after him, with questions."),
    ("Dracula", "dracula", "bram-stoker", ["Gothic", "Adventure"], "978014104131", 1897, "8.99", 5, 448,
     "Told in letters, diaries and telegrams: a count buys property in England and travels with earth in boxes."),
    ("Twenty Thousand Leagues under the Seas", "twenty-thousand-leagues", "jules-verne", ["Adventure", "Science fiction"],
     "978014104148", 1870, "9.50", 10, 480, "Three men fall off a ship and land on a submarine whose captain has done with dry land."),
    ("Around the World in Eighty Days", "around-the-world", "jules-verne", ["Adventure", "Comedy"], "978014104153", 1872, "7.99", 11, 256,
     "A bet, a bag, a servant named Passepartout, and the date line."),
    ("红楼梦", "红楼梦", "cao-xueqin", ["Romance", "Tragedy"], "978702000220", 1791, "24.00", 4, 1606,
     "Dream of the Red Chamber: the rise and fall of a great family, with more than four hundred people in it."),
    ("西游记", "西游记", "wu-chengen", ["Adventure", "Comedy"], "978702000873", 1592, "19.50", 6, 1200,
     "Journey to the West: a monk, a pig, a river spirit and an impossible monkey walk to India for some books."),
]

REVIEWS = [
    ("emma", "Miss Bates", 5, "I laughed so much that I had to tell everyone about it, twice, and then I told them again."),
    ("emma", "George", 4, "If I liked it less, I might be able to talk about it more."),
    ("emma", "Mr W.", 2, "A very alarming book. People go out in the snow."),
    ("pride-and-prejudice", "Lydia", 5, "The officers are the best part."),
    ("pride-and-prejudice", "Charlotte L.", 4, "Sensible. I should have liked more about parsonages."),
    ("jane-eyre", "Adèle", 5, "I am in it!"),
    ("wuthering-heights", "A walker", 3, "Accurate about the weather."),
    ("alice-in-wonderland", "Dinah", 4, "Not enough cats, though the one there is grins."),
    ("great-expectations", "Joe", 5, "What larks."),
    ("bleak-house", "A lawyer", 1, "I object."),
    ("middlemarch", "Dorothea", 5, "I have reread it every winter, and it grows each time."),
    ("moby-dick", "A whale", 2, "One-sided."),
    ("moby-dick", "Ishmael", 5, "Call me impressed."),
    ("frankenstein", "Robert W.", 4, "Read it on the ice, by candlelight."),
    ("dracula", "Mina", 4, "Well documented."),
    ("around-the-world", "Aouda", 5, "Punctual."),
    ("红楼梦", "林", 5, "满纸荒唐言，一把辛酸泪。"),
    ("西游记", "A monkey", 5, "Finally somebody writes about me."),
]


def with_check_digit(digits):
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def stock_the_shelves(apps, schema_editor):
    Author, Genre = apps.get_model("shop", "Author"), apps.get_model("shop", "Genre")
    Book, Review = apps.get_model("shop", "Book"), apps.get_model("shop", "Review")
    authors = {
        slug: Author.objects.create(name=name, slug=slug, born=born, note=note) for name, slug, born, note in AUTHORS
    }
    names = sorted({genre for book in BOOKS for genre in book[3]})
    genres = {name: Genre.objects.create(name=name) for name in names}
    for title, slug, author, labels, digits, published, price, stock, pages, blurb in BOOKS:
        book = Book.objects.create(
            title=title, slug=slug, author=authors[author], isbn=with_check_digit(digits), published=published,
            price=price, stock=stock, pages=pages, blurb=blurb,
        )
        book.genres.set(genres[label] for label in labels)
    for day, (slug, reader, stars, text) in enumerate(REVIEWS, start=1):
        review = Review.objects.create(book=Book.objects.get(slug=slug), reader=reader, stars=stars, text=text)
        # auto_now_add has just written today's date.
        Review.objects.filter(pk=review.pk).update(written=datetime(2025, 3, day, 12, tzinfo=timezone.utc))


def clear_the_shelves(apps, schema_editor):
    for name in ["OrderLine", "Order", "Review", "Book", "Genre", "Author"]:
        apps.get_model("shop", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]

    operations = [migrations.RunPython(stock_the_shelves, clear_the_shelves)]
