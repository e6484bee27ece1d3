package demo

import (
	"time"

	"khadamat/internal/market/booking"
	"khadamat/internal/market/message"
)

// threadsInHundred is how many of the bookings that came about had something written about them.
const threadsInHundred = 12

// messages are what the two sides wrote to each other between the booking and its day, a question and its answer at a time.
func (s *story) messages() []message.Message {
	switch s.booking.Status {
	case booking.Accepted, booking.InProgress, booking.Completed:
	default:
		return nil
	}
	main := s.provider.index == mainProvider && s.booking.Status == booking.Accepted
	if !main && !s.chance(threadsInHundred) {
		return nil
	}
	at, until := s.plan.created.Add(10*time.Minute), earlier(s.plan.slot.Start, s.now.Add(-time.Minute))
	if !at.Before(until) {
		return nil
	}
	var thread []message.Message
	for range s.between(1, 2) {
		exchange := pick(s.random, exchanges)
		for i, said := range exchange {
			side := booking.CustomerSide
			if i%2 == 1 {
				side = booking.ProviderSide
			}
			at = s.moment(at.Add(time.Minute), earlier(at.Add(5*time.Hour), until))
			if !at.Before(until) {
				return s.readUp(thread)
			}
			thread = append(thread, message.Message{
				ID: s.id(at), BookingID: s.booking.ID, SenderID: s.booking.AccountOf(side), ReaderID: s.booking.AccountOf(side.Other()), Side: side,
				Text: said.text().In(s.languageOf(side)), SentAt: at,
			})
		}
	}
	return s.readUp(thread)
}

// readUp has everything read but what came last, where that was of late.
func (s *story) readUp(thread []message.Message) []message.Message {
	for i := range thread {
		last := i == len(thread)-1
		if !last || thread[i].SentAt.Before(s.now.AddDate(0, 0, -2)) {
			thread[i].ReadAt = s.moment(thread[i].SentAt.Add(time.Second), earlier(thread[i].SentAt.Add(time.Hour), s.now))
		}
	}
	return thread
}

// exchanges are questions of customers with the providers' answers.
var exchanges = [][]words{
	{
		{"Bonjour, pouvez-vous apporter le matériel nécessaire ?", "السلام عليكم، هل يمكنكم إحضار المعدات اللازمة؟", "Hello, can you bring the equipment that is needed?"},
		{"Bonjour, oui, je viens avec tout ce qu’il faut.", "وعليكم السلام، نعم، سأحضر كل ما يلزم.", "Hello, yes, I bring everything."},
	},
	{
		{"Avez-vous besoin d’une place pour vous garer ?", "هل تحتاجون إلى مكان لركن السيارة؟", "Do you need somewhere to park?"},
		{"Ne vous inquiétez pas, je viens à moto.", "لا تقلقوا، سآتي بالدراجة النارية.", "Do not worry, I come by motorbike."},
	},
	{
		{"L’immeuble a un code, je vous l’envoie le jour même.", "للعمارة رمز دخول، سأرسله لكم في اليوم نفسه.", "The building has a code, I will send it on the day."},
		{"Parfait, merci de me prévenir un quart d’heure avant.", "ممتاز، المرجو إخباري قبل ربع ساعة.", "Perfect, please let me know a quarter of an hour before."},
		{"C’est noté.", "حسنا، تم.", "Noted."},
	},
	{
		{"Combien de temps pensez-vous rester ?", "كم من الوقت سيستغرق العمل تقريبا؟", "How long do you think it will take?"},
		{"Environ le temps prévu, peut-être un peu moins.", "تقريبا الوقت المحدد، وربما أقل بقليل.", "About the time planned, perhaps a little less."},
	},
	{
		{"J’ai un chat, cela ne vous dérange pas ?", "عندي قط، هل يزعجكم ذلك؟", "I have a cat, do you mind?"},
		{"Pas du tout !", "لا، أبدا!", "Not at all!"},
	},
	{
		{"Ma sœur vous ouvrira, elle s’appelle Nadia.", "ستفتح لكم أختي، اسمها نادية.", "My sister will let you in, her name is Nadia."},
		{"Entendu, à bientôt.", "حسنا، إلى اللقاء.", "All right, see you soon."},
	},
}
