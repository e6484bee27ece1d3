package account

import (
	"context"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

// Standing says whether a person may use the house.
type Standing string

// The closed set of standings.
const (
	Good      Standing = "good"
	Suspended Standing = "suspended"
	Banned    Standing = "banned"
)

// Valid says whether s is one of the standings.
func (s Standing) Valid() bool { return s == Good || s == Suspended || s == Banned }

// Person is an account as operators see it.
type Person struct {
	Account
	SanctionCount int       // all there were, warnings and lifted ones too
	LastSeenAt    time.Time // zero: has not signed in for a month
}

// PeopleFilter says whom an operator looks for; empty members leave nobody out.
type PeopleFilter struct {
	Query    string // part of a name or of an address
	Role     Role
	Standing Standing
	Cursor   string // PeoplePage.NextCursor of the page before
	Limit    int    // 0: defaultPeople
}

// PeoplePage is some of those that were looked for, the newest first. NextCursor is empty on the last page.
type PeoplePage struct {
	Items      []Person
	NextCursor string
}

const (
	defaultPeople  = 20
	maxPeople      = 100
	maxQueryRunes  = 80
	maxQueryWords  = 5
	maxSanctionsOf = 100
)

// People returns a page of accounts, the newest first, without those that were erased. It returns unauthenticated for nobody and
// forbidden for who is neither a moderator nor an admin.
func (s *Service) People(ctx context.Context, actor Actor, filter PeopleFilter) (PeoplePage, error) {
	if err := actor.RequireRole(Moderator); err != nil {
		return PeoplePage{}, err
	}
	if filter.Limit <= 0 {
		filter.Limit = defaultPeople
	}
	filter.Limit = min(filter.Limit, maxPeople)
	if filter.Cursor != "" && !ids.Valid(filter.Cursor) {
		filter.Cursor = "" // somebody's invention: the first page
	}
	if runes := []rune(filter.Query); len(runes) > maxQueryRunes {
		filter.Query = string(runes[:maxQueryRunes])
	}
	found, err := people(ctx, s.db, filter)
	if err != nil {
		return PeoplePage{}, err
	}
	page := PeoplePage{Items: found}
	if len(found) > filter.Limit {
		page.Items = found[:filter.Limit]
		page.NextCursor = page.Items[filter.Limit-1].ID
	}
	return page, nil
}

// Person returns one account. It returns unauthenticated for nobody, forbidden for who is neither a moderator nor an admin, and
// not_found where there is none.
func (s *Service) Person(ctx context.Context, actor Actor, accountID string) (Person, error) {
	if err := actor.RequireRole(Moderator); err != nil {
		return Person{}, err
	}
	if !ids.Valid(accountID) {
		return Person{}, errs.New(errs.NotFound, "error.not_found")
	}
	return person(ctx, s.db, accountID)
}

// searchText is what an account is found by: without it operators would have to know how a name is accented.
func searchText(a Account) string { return foldForSearch(a.Name + " " + a.Email) }

// foldForSearch makes letters small and takes their marks off.
func foldForSearch(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(strings.TrimSpace(s))))
}
