package review

import (
	"strconv"

	"khadamat/internal/market/booking"
	"khadamat/internal/notify"
)

// change is what watchers of a review are told at once.
type change struct {
	ID        string `json:"id"`
	BookingID string `json:"booking_id"`
}

// changed tells the open pages of both sides, without a letter.
func changed(r Review, letters ...notify.Letter) notify.Notice {
	return notify.Notice{Watchers: []string{r.AuthorID, r.SubjectID}, Type: "review.changed", Data: change{r.ID, r.BookingID}, Letters: letters}
}

func publishedNotice(r Review) notify.Notice {
	reviewer := r.CustomerName
	if r.Side == booking.ProviderSide {
		reviewer = r.ProviderName
	}
	return changed(r, notify.Letter{AccountID: r.SubjectID, Template: notify.ReviewPublished, Args: map[string]notify.Value{
		"Reviewer": notify.Words(reviewer), "Stars": notify.Words(strconv.Itoa(r.Stars)), "Service": notify.Translated(r.Service.In), "Excerpt": notify.Words(excerpt(r.Words)),
	}})
}

func repliedNotice(r Review) notify.Notice {
	return changed(r, notify.Letter{AccountID: r.AuthorID, Template: notify.ReviewReplied, Args: map[string]notify.Value{
		"ID": notify.Words(r.BookingID), "Provider": notify.Words(r.ProviderName), "Excerpt": notify.Words(excerpt(r.Reply)),
	}})
}

func removedNotice(r Review) notify.Notice {
	return changed(r, notify.Letter{AccountID: r.AuthorID, Template: notify.ReviewRemoved, Args: map[string]notify.Value{
		"ID": notify.Words(r.BookingID), "Service": notify.Translated(r.Service.In), "Reason": notify.Words(r.RemovedWhy),
	}})
}

const excerptRunes = 160

// excerpt is the beginning of a text for a letter.
func excerpt(words string) string {
	runes := []rune(words)
	if len(runes) <= excerptRunes {
		return words
	}
	return string(runes[:excerptRunes-1]) + "…"
}
