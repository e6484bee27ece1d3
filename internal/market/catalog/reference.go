package catalog

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"khadamat/internal/platform/db"
)

// reference is the cities and categories at one moment. It is immutable; an operator's edit makes a new one.
type reference struct {
	version    int64
	cities     []City // all, the hidden ones too
	shown      []City
	cityAt     map[string]int
	tree       []Category // without hidden ones
	categories []Category // flat, each top category before its children; the order of Facets.Categories
	categoryAt map[string]int
	topWords   map[string]Text // of each top category: the words of its name that are in no child's name
}

func loadReference(ctx context.Context, d *db.DB) (*reference, error) {
	// The version is read first: what is edited meanwhile shows at the next look.
	var version int64
	if err := d.QueryRow(ctx, `SELECT version FROM reference_versions WHERE id = 1`).Scan(&version); err != nil {
		return nil, fmt.Errorf("load the version of the reference: %w", err)
	}
	rows, err := d.Query(ctx, `SELECT id, name, latitude, longitude, hidden FROM cities ORDER BY position, id`)
	cities, err := db.Collect(rows, err, func(rows *sql.Rows) (city City, err error) {
		return city, rows.Scan(&city.ID, db.FromJSON(&city.Name), &city.Latitude, &city.Longitude, &city.Hidden)
	})
	if err != nil {
		return nil, fmt.Errorf("load the cities: %w", err)
	}
	rows, err = d.Query(ctx, `SELECT id, parent_id, name, hidden, commission_basis_points FROM categories ORDER BY position, id`)
	categories, err := db.Collect(rows, err, func(rows *sql.Rows) (category Category, err error) {
		var commission sql.NullInt64
		err = rows.Scan(&category.ID, db.NullText(&category.ParentID), db.FromJSON(&category.Name), &category.Hidden, &commission)
		category.CommissionBasisPoints, category.OwnCommission = commission.Int64, commission.Valid
		return category, err
	})
	if err != nil {
		return nil, fmt.Errorf("load the categories: %w", err)
	}
	r := &reference{version: version, cities: cities, cityAt: map[string]int{}, categoryAt: map[string]int{}, topWords: map[string]Text{}}
	for i, city := range cities {
		r.cityAt[city.ID] = i
		if !city.Hidden {
			r.shown = append(r.shown, city)
		}
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
		below := children[top.ID]
		top.inherit(DefaultCommissionBasisPoints)
		for i := range below {
			below[i].inherit(top.CommissionBasisPoints)
			if !below[i].Hidden {
				top.Children = append(top.Children, below[i])
			}
		}
		if !top.Hidden {
			r.tree = append(r.tree, top)
		}
		r.topWords[top.ID] = distinct(top)
		for _, category := range append([]Category{top}, below...) {
			r.categoryAt[category.ID] = len(r.categories)
			r.categories = append(r.categories, category)
		}
	}
}

// city returns the city with an id; one that is not there, or no longer, has no name.
func (r *reference) city(id string) City {
	if at, known := r.cityAt[id]; known {
		return r.cities[at]
	}
	return City{}
}

// category is city for categories.
func (r *reference) category(id string) Category {
	if at, known := r.categoryAt[id]; known {
		return r.categories[at]
	}
	return Category{}
}

// inherit gives a category the commission of what is above it, unless it has its own.
func (c *Category) inherit(basisPoints int64) {
	if !c.OwnCommission {
		c.CommissionBasisPoints = basisPoints
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
