package catalog

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"khadamat/internal/platform/db"
)

// reference is what never changes while the process runs: cities and categories come with the migrations.
type reference struct {
	cities     []City
	cityAt     map[string]int
	tree       []Category
	categories []Category // flat, each top category before its children; the order of Facets.Categories
	categoryAt map[string]int
	topWords   map[string]Text // of each top category: the words of its name that are in no child's name
}

func loadReference(ctx context.Context, d *db.DB) (*reference, error) {
	rows, err := d.Query(ctx, `SELECT id, name, latitude, longitude FROM cities ORDER BY position, id`)
	cities, err := db.Collect(rows, err, func(rows *sql.Rows) (city City, err error) {
		return city, rows.Scan(&city.ID, db.FromJSON(&city.Name), &city.Latitude, &city.Longitude)
	})
	if err != nil {
		return nil, fmt.Errorf("load the cities: %w", err)
	}
	rows, err = d.Query(ctx, `SELECT id, parent_id, name FROM categories ORDER BY position, id`)
	categories, err := db.Collect(rows, err, func(rows *sql.Rows) (category Category, err error) {
		return category, rows.Scan(&category.ID, db.NullText(&category.ParentID), db.FromJSON(&category.Name))
	})
	if err != nil {
		return nil, fmt.Errorf("load the categories: %w", err)
	}
	r := &reference{cities: cities, cityAt: map[string]int{}, categoryAt: map[string]int{}, topWords: map[string]Text{}}
	for i, city := range cities {
		r.cityAt[city.ID] = i
	}
	r.plant(categories)
	return r, nil
}

// plant makes the tree: top categories in order, each with its children in order.
func (r *reference) plant(categories []Category) {
	children := map[string][]Category{}
	for _, category := range categories {
		children[category.ParentID] = append(children[category.ParentID], category)
	}
	for _, top := range children[""] {
		top.Children = children[top.ID]
		r.tree = append(r.tree, top)
		r.topWords[top.ID] = distinct(top)
		for _, category := range append([]Category{top}, top.Children...) {
			r.categoryAt[category.ID] = len(r.categories)
			r.categories = append(r.categories, category)
		}
	}
}

// distinct returns the words of a top category's name that none of its children has: who looks for "ménage" wants that, and not
// all of "ménage et entretien".
func distinct(top Category) Text {
	only := func(lang string) string {
		taken := map[string]bool{}
		for _, child := range top.Children {
			for word := range strings.FieldsSeq(fold(child.Name.only(lang))) {
				taken[word] = true
			}
		}
		words := strings.Fields(fold(top.Name.only(lang)))
		return strings.Join(slices.DeleteFunc(words, func(word string) bool { return taken[word] }), " ")
	}
	return Text{FR: only("fr"), AR: only("ar"), EN: only("en")}
}
