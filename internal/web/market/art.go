package market

import "khadamat/internal/web/assets"

// art is the drawing of a category, a general one where it has none of its own.
func art(categoryID string) string {
	if name := "art-" + categoryID; assets.Has("illustrations/" + name + ".svg") {
		return name
	}
	return "art-any"
}

// artFor is the drawing of a service by its category: its own, or that of the family.
func (p *pages) artFor(categoryID string) string {
	category, _ := p.catalog.Category(categoryID)
	if own := art(category.ID); own != "art-any" || category.ParentID == "" {
		return own
	}
	return art(category.ParentID)
}
