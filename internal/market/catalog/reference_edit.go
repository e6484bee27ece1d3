package catalog

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"slices"

	"khadamat/internal/account"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/idempotency"
	"khadamat/internal/platform/text"
)

// CityInput is what an operator says about a city. The ID stands in addresses and never changes.
type CityInput struct {
	ID        string
	Name      Text
	Latitude  float64
	Longitude float64
	Key       string // makes adding it happen once
}

// CategoryInput is what an operator says about a category; ParentID is empty for a top category.
type CategoryInput struct {
	ID       string
	ParentID string
	Name     Text
	Key      string
}

// CityEntry is a city as operators see it.
type CityEntry struct {
	City
	Providers int64 // in it, whatever their status
}

// CategoryEntry is a category as operators see it, with all its children.
type CategoryEntry struct {
	Category
	Services int64 // in it and below, those that were removed not counted
	Below    []CategoryEntry
}

const (
	maxReferenceName = 60
	maxSlug          = 40
	// MaxCommissionBasisPoints is the most that the house may take of a booking: 50 %.
	MaxCommissionBasisPoints = 5000
)

var (
	slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	// reserved are first parts of paths that lead elsewhere: a city of that name could not be reached.
	reserved = []string{"account", "admin", "api", "book", "bookings", "dev", "disputes", "favourites", "media", "notifications", "privacy", "provider", "providers",
		"quotes", "reviews", "search", "sign-in", "sign-out", "sign-up", "static", "suggestions", "terms"}
)

// Reference returns all cities and all top categories with what is in them, hidden ones too, to operators. It returns forbidden to
// others.
func (c *Catalog) Reference(ctx context.Context, actor account.Actor) ([]CityEntry, []CategoryEntry, error) {
	if err := actor.RequireRole(account.Moderator); err != nil {
		return nil, nil, err
	}
	providers, err := countsBy(ctx, c.config.DB, `SELECT city_id, count(*) FROM providers WHERE city_id IS NOT NULL GROUP BY city_id`)
	if err != nil {
		return nil, nil, err
	}
	services, err := countsBy(ctx, c.config.DB, `SELECT category_id, count(*) FROM services WHERE removed_at IS NULL GROUP BY category_id`)
	if err != nil {
		return nil, nil, err
	}
	r := c.reference()
	cities := make([]CityEntry, len(r.cities))
	for i, city := range r.cities {
		cities[i] = CityEntry{city, providers[city.ID]}
	}
	var categories []CategoryEntry
	for _, category := range r.categories { // each top category stands before its children
		entry := CategoryEntry{Category: category, Services: services[category.ID]}
		if category.ParentID == "" {
			categories = append(categories, entry)
			continue
		}
		top := &categories[len(categories)-1]
		top.Below = append(top.Below, entry)
		top.Services += entry.Services
	}
	return cities, categories, nil
}

func countsBy(ctx context.Context, d *db.DB, query string) (map[string]int64, error) {
	type count struct {
		id string
		n  int64
	}
	rows, err := d.Query(ctx, query)
	counted, err := db.Collect(rows, err, func(rows *sql.Rows) (c count, err error) { return c, rows.Scan(&c.id, &c.n) })
	all := make(map[string]int64, len(counted))
	for _, c := range counted {
		all[c.id] = c.n
	}
	return all, err
}

func checkName(fields *errs.Fields, name Text) Text {
	check := func(language, value string) string {
		return text.Check(fields, "name."+language, value, text.Rules{MinRunes: 2, MaxRunes: maxReferenceName})
	}
	return Text{FR: check("fr", name.FR), AR: check("ar", name.AR), EN: check("en", name.EN)}
}

func checkSlug(fields *errs.Fields, id string) {
	fields.Check(len(id) >= 2 && len(id) <= maxSlug && slugForm.MatchString(id), "id", "catalog.slug_malformed")
	fields.Check(!slices.Contains(reserved, id), "id", "catalog.slug_reserved")
}

func (i *CityInput) check(fields *errs.Fields) {
	i.Name = checkName(fields, i.Name)
	fields.Check(onEarth(i.Latitude, 90), "latitude", "catalog.not_on_earth")
	fields.Check(onEarth(i.Longitude, 180), "longitude", "catalog.not_on_earth")
}

// AddCity puts a city at the end of the list. It returns forbidden for everybody but admins, and invalid with the fields at fault.
func (c *Catalog) AddCity(ctx context.Context, actor account.Actor, input CityInput) error {
	var fields errs.Fields
	checkSlug(&fields, input.ID)
	input.check(&fields)
	name, err := db.JSON(input.Name)
	if err != nil {
		return err
	}
	return c.add(ctx, actor, "city", input.ID, input.Key, input, fields.Err(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO cities (id, name, latitude, longitude, position) SELECT $1, $2, $3, $4, COALESCE(max(position), 0) + 1 FROM cities`,
			input.ID, name, input.Latitude, input.Longitude)
		return err
	})
}

// UpdateCity changes a city's names and place. It returns forbidden for everybody but admins, not_found for a city that is not there,
// and invalid with the fields at fault.
func (c *Catalog) UpdateCity(ctx context.Context, actor account.Actor, input CityInput) error {
	var fields errs.Fields
	input.check(&fields)
	name, err := db.JSON(input.Name)
	if err != nil {
		return err
	}
	return c.edit(ctx, actor, "city", input.ID, "changed", fields.Err(), func(tx *db.Tx) (sql.Result, error) {
		return tx.Exec(ctx, `UPDATE cities SET name = $2, latitude = $3, longitude = $4 WHERE id = $1`, input.ID, name, input.Latitude, input.Longitude)
	})
}

// AddCategory puts a category at the end of those above or, without a parent, at the end of the top ones. It returns forbidden for
// everybody but admins, and invalid with the fields at fault: a parent must be a top category.
func (c *Catalog) AddCategory(ctx context.Context, actor account.Actor, input CategoryInput) error {
	var fields errs.Fields
	checkSlug(&fields, input.ID)
	input.Name = checkName(&fields, input.Name)
	if input.ParentID != "" {
		parent, known := c.Category(input.ParentID)
		fields.Check(known && parent.ParentID == "", "parent_id", "catalog.parent_unknown")
	}
	name, err := db.JSON(input.Name)
	if err != nil {
		return err
	}
	return c.add(ctx, actor, "category", input.ID, input.Key, input, fields.Err(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO categories (id, parent_id, name, position)
			SELECT $1, $2, $3, COALESCE(max(position), 0) + 1 FROM categories WHERE COALESCE(parent_id, '') = $4`, input.ID, db.Text(input.ParentID), name, input.ParentID)
		return err
	})
}

// RenameCategory changes a category's names. Its errors are those of UpdateCity.
func (c *Catalog) RenameCategory(ctx context.Context, actor account.Actor, input CategoryInput) error {
	var fields errs.Fields
	input.Name = checkName(&fields, input.Name)
	name, err := db.JSON(input.Name)
	if err != nil {
		return err
	}
	return c.edit(ctx, actor, "category", input.ID, "changed", fields.Err(), func(tx *db.Tx) (sql.Result, error) {
		return tx.Exec(ctx, `UPDATE categories SET name = $2 WHERE id = $1`, input.ID, name)
	})
}

// SetCommission says what the house takes of bookings in a category, in hundredths of a per cent; nil takes the category's own rate
// away, so that it has that of what is above it. It returns forbidden for everybody but admins, not_found for a category that is not
// there, and invalid for less than nothing or more than half.
func (c *Catalog) SetCommission(ctx context.Context, actor account.Actor, categoryID string, basisPoints *int64) error {
	var fields errs.Fields
	var stored any
	if basisPoints != nil {
		fields.Check(*basisPoints >= 0 && *basisPoints <= MaxCommissionBasisPoints, "commission", "catalog.commission_out_of_range")
		stored = *basisPoints
	}
	return c.editWith(ctx, actor, "category", categoryID, "commission_changed", map[string]any{"basis_points": stored}, fields.Err(), func(tx *db.Tx) (sql.Result, error) {
		return tx.Exec(ctx, `UPDATE categories SET commission_basis_points = $2 WHERE id = $1`, categoryID, stored)
	})
}

// HideCity takes a city off the lists that one chooses from, or puts it back; providers who are there stay. Its errors are those of
// UpdateCity.
func (c *Catalog) HideCity(ctx context.Context, actor account.Actor, id string, hidden bool) error {
	return c.edit(ctx, actor, "city", id, hiding(hidden), nil, func(tx *db.Tx) (sql.Result, error) {
		return tx.Exec(ctx, `UPDATE cities SET hidden = $2 WHERE id = $1`, id, hidden)
	})
}

// HideCategory is HideCity for a category; services that are in it stay.
func (c *Catalog) HideCategory(ctx context.Context, actor account.Actor, id string, hidden bool) error {
	return c.edit(ctx, actor, "category", id, hiding(hidden), nil, func(tx *db.Tx) (sql.Result, error) {
		return tx.Exec(ctx, `UPDATE categories SET hidden = $2 WHERE id = $1`, id, hidden)
	})
}

func hiding(hidden bool) string {
	if hidden {
		return "hidden"
	}
	return "shown"
}

// RemoveCity removes a city in which there is nobody. It returns conflict where there is somebody, and the errors of UpdateCity.
func (c *Catalog) RemoveCity(ctx context.Context, actor account.Actor, id string) error {
	err := c.edit(ctx, actor, "city", id, "removed", nil, func(tx *db.Tx) (sql.Result, error) {
		return tx.Exec(ctx, `DELETE FROM cities WHERE id = $1`, id)
	})
	return inUse(err, "catalog.city_in_use")
}

// RemoveCategory removes a category in which there never was a service, and none below. It returns conflict where there was, and the
// errors of UpdateCity.
func (c *Catalog) RemoveCategory(ctx context.Context, actor account.Actor, id string) error {
	err := c.edit(ctx, actor, "category", id, "removed", nil, func(tx *db.Tx) (sql.Result, error) {
		return tx.Exec(ctx, `DELETE FROM categories WHERE id = $1`, id)
	})
	return inUse(err, "catalog.category_in_use")
}

func inUse(err error, key string) error {
	if db.IsReferenced(err) {
		return errs.Wrap(err, errs.Conflict, key)
	}
	return err
}

// MoveCity moves a city one place up or down the list; at its end nothing changes. Its errors are those of UpdateCity.
func (c *Catalog) MoveCity(ctx context.Context, actor account.Actor, id string, up bool) error {
	return c.edit(ctx, actor, "city", id, "moved", nil, func(tx *db.Tx) (sql.Result, error) {
		return move(ctx, tx, "cities", `SELECT id FROM cities ORDER BY position, id`, id, up)
	})
}

// MoveCategory is MoveCity among the categories below the same one.
func (c *Catalog) MoveCategory(ctx context.Context, actor account.Actor, id string, up bool) error {
	return c.edit(ctx, actor, "category", id, "moved", nil, func(tx *db.Tx) (sql.Result, error) {
		return move(ctx, tx, "categories", `SELECT id FROM categories
			WHERE COALESCE(parent_id, '') = (SELECT COALESCE(parent_id, '') FROM categories WHERE id = $1) ORDER BY position, id`, id, up, id)
	})
}

// move numbers the siblings anew with one of them a place further on. It returns the result of the last change; nobody's where id is
// none of them.
func move(ctx context.Context, tx *db.Tx, table, siblings, id string, up bool, args ...any) (result sql.Result, err error) {
	rows, err := tx.Query(ctx, siblings, args...)
	order, err := db.Collect(rows, err, func(rows *sql.Rows) (one string, err error) { return one, rows.Scan(&one) })
	if err != nil {
		return nil, err
	}
	at := slices.Index(order, id)
	if at < 0 {
		return nil, errs.New(errs.NotFound, "error.not_found")
	}
	to := at + 1
	if up {
		to = at - 1
	}
	if to >= 0 && to < len(order) {
		order[at], order[to] = order[to], order[at]
	}
	for position, one := range order {
		if result, err = tx.Exec(ctx, `UPDATE `+table+` SET position = $2 WHERE id = $1`, one, position+1); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// add runs an insertion that happens once for each key.
func (c *Catalog) add(ctx context.Context, actor account.Actor, kind, id, key string, body any, invalid error, insert func(*db.Tx) error) error {
	if err := mayEdit(actor, invalid); err != nil {
		return err
	}
	err := c.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "catalog.reference"); err != nil {
			return err
		}
		request := idempotency.Request{Scope: "catalog." + kind + ":" + actor.ID, Key: key, Body: body}
		_, replayed, err := idempotency.Run(ctx, tx, request, func() (string, error) { return id, insert(tx) })
		if err != nil || replayed {
			return err
		}
		return edited(ctx, tx, actor, kind, id, "added", nil)
	})
	if db.IsUnique(err) {
		var taken errs.Fields
		taken.Add("id", "catalog.slug_taken", nil)
		return taken.Err()
	}
	if err == nil {
		c.showReference(ctx)
	}
	return err
}

func (c *Catalog) edit(ctx context.Context, actor account.Actor, kind, id, action string, invalid error, change func(*db.Tx) (sql.Result, error)) error {
	return c.editWith(ctx, actor, kind, id, action, nil, invalid, change)
}

// editWith runs a change of one row, with more to write down about it.
func (c *Catalog) editWith(ctx context.Context, actor account.Actor, kind, id, action string, more map[string]any, invalid error, change func(*db.Tx) (sql.Result, error)) error {
	if err := mayEdit(actor, invalid); err != nil {
		return err
	}
	err := c.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := tx.Lock(ctx, "catalog.reference"); err != nil {
			return err
		}
		result, err := change(tx)
		if err != nil {
			return err
		}
		if changed, err := result.RowsAffected(); err != nil || changed == 0 {
			return errors.Join(err, errs.New(errs.NotFound, "error.not_found"))
		}
		return edited(ctx, tx, actor, kind, id, action, more)
	})
	if err == nil {
		c.showReference(ctx)
	}
	return err
}

func mayEdit(actor account.Actor, invalid error) error {
	if err := actor.RequireRole(account.Admin); err != nil {
		return err
	}
	return invalid
}

// edited writes an edit down and has all nodes look at it.
func edited(ctx context.Context, tx *db.Tx, actor account.Actor, kind, id, action string, more map[string]any) error {
	if _, err := tx.Exec(ctx, `UPDATE reference_versions SET version = version + 1 WHERE id = 1`); err != nil {
		return err
	}
	entry := audit.Entry{ActorID: actor.ID, Action: kind + "." + action, SubjectKind: kind, SubjectID: id}
	if more != nil {
		data, err := db.JSON(more)
		if err != nil {
			return err
		}
		entry.Data = data
	}
	return audit.Write(ctx, tx, entry)
}

// showReference shows an edit that this process has just made. Where that fails the edit still stands, and the next poll shows it.
func (c *Catalog) showReference(ctx context.Context) {
	ctx = context.WithoutCancel(ctx)
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	if err := c.pollReference(ctx); err != nil {
		c.config.Logger.WarnContext(ctx, "an edit of cities or categories will show late", "error", err)
	}
}

// pollReference looks for edits; the caller holds refreshing.
func (c *Catalog) pollReference(ctx context.Context) error {
	var version int64
	if err := c.config.DB.QueryRow(ctx, `SELECT version FROM reference_versions WHERE id = 1`).Scan(&version); err != nil {
		return err
	}
	if version == c.reference().version {
		return nil
	}
	fresh, err := loadReference(ctx, c.config.DB)
	if err != nil {
		return err
	}
	next := newSnapshot(fresh, c.snapshot.Load().providers)
	c.snapshot.Store(next)
	return c.words.follow(next)
}
