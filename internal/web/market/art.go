package market

import "khadamat/internal/web/assets"

// art is the drawing of a top category, a general one where it has none of its own.
func art(topCategory string) string {
	if name := "art-" + topCategory; assets.Has("illustrations/" + name + ".svg") {
		return name
	}
	return "art-any"
}

// artFor is the drawing of a service by its category.
func (p *pages) artFor(categoryID string) string {
	category, _ := p.catalog.Category(categoryID)
	if category.ParentID == "" {
		return art(category.ID)
	}
	return art(category.ParentID)
}
