package api

import (
	"context"
	"net/http"

	"khadamat/internal/market/catalog"
	"khadamat/internal/platform/i18n"

	"github.com/danielgtaylor/huma/v2"
)

// City is a place of the market.
type City struct {
	ID        string  `json:"id" example:"casablanca"`
	Name      string  `json:"name" doc:"In the reader's language" example:"Casablanca"`
	Names     Texts   `json:"names"`
	Latitude  float64 `json:"latitude" example:"33.5731"`
	Longitude float64 `json:"longitude" example:"-7.5898"`
}

// Category is a kind of service.
type Category struct {
	ID    string `json:"id" example:"plomberie"`
	Name  string `json:"name" doc:"In the reader's language" example:"Plomberie"`
	Names Texts  `json:"names"`
}

// TopCategory is a category with those below it. Services belong to the ones below; a search takes either.
type TopCategory struct {
	Category
	Children []Category `json:"children"`
}

func (a *api) addPlaces() {
	get := func(id, path, summary, description string) huma.Operation {
		return huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Tags: []string{tagCatalog}, Summary: summary, Description: description}
	}
	add(a, forLong, get("list-cities", "/cities", "Cities", "All of them, in the order they are shown in."), a.cities)
	add(a, forLong, get("list-categories", "/categories", "Categories", "The tree of categories, two levels deep."), a.categories)
}

func (a *api) cities(_ context.Context, c *call, _ *struct{}) (*answer[List[City]], error) {
	return reply(listOf(a.Catalog.Cities(), func(city catalog.City) City {
		return City{ID: city.ID, Name: city.Name.In(string(c.language)), Names: textsOf(city.Name), Latitude: city.Latitude, Longitude: city.Longitude}
	})), nil
}

func (a *api) categories(_ context.Context, c *call, _ *struct{}) (*answer[List[TopCategory]], error) {
	return reply(listOf(a.Catalog.Categories(), func(top catalog.Category) TopCategory {
		below := func(child catalog.Category) Category { return categoryOf(child, c.language) }
		return TopCategory{Category: categoryOf(top, c.language), Children: listOf(top.Children, below).Items}
	})), nil
}

func categoryOf(category catalog.Category, language i18n.Language) Category {
	return Category{ID: category.ID, Name: category.Name.In(string(language)), Names: textsOf(category.Name)}
}
