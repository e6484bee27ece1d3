package demo

import (
	"khadamat/internal/market/dispute"
	"khadamat/internal/market/quote"
	"khadamat/internal/market/review"
)

// wantedJob is a job that somebody posts, with how many offers it gets.
type wantedJob struct {
	fieldID, categoryID string
	title, description  words
	urgency             quote.Urgency
	low, high           int64 // dirhams
	offers              int
	haggles             bool // the main customer answers the first offer with a lower price
}

// mainJobs of the wantedJobs, the first ones, are the main customer's.
const mainJobs = 2

var wantedJobs = []wantedJob{
	{"travaux", "plomberie", words{"Refaire une petite salle de bain", "إعادة تهيئة حمام صغير", "Redo a small bathroom"},
		words{"Salle de bain de 4 m² : remplacer le lavabo et la douche, refaire l’étanchéité. Le carrelage est déjà acheté. Quatrième étage avec ascenseur.",
			"حمام مساحته 4 أمتار مربعة: تغيير المغسل والدوش وإعادة العزل. الزليج متوفر. الطابق الرابع مع مصعد.",
			"A bathroom of 4 m²: replace basin and shower, redo the sealing. The tiles are bought. Fourth floor with a lift."}, quote.ThisMonth, 3500, 6000, 3, true},
	{"entretien", "menage", words{"Grand ménage avant une fête", "تنظيف شامل قبل مناسبة عائلية", "Deep cleaning before a party"},
		words{"Appartement de 110 m², trois chambres et un grand salon. Vitres comprises. Le ménage doit être fini la veille au soir.",
			"شقة مساحتها 110 أمتار مربعة، ثلاث غرف وصالون كبير، مع النوافذ. يجب أن ينتهي التنظيف مساء اليوم السابق.",
			"A flat of 110 m², three bedrooms and a large salon, windows included. It must be done the evening before."}, quote.ThisWeek, 500, 900, 2, false},
	{"travaux", "plomberie", words{"Fuite sous l’évier de la cuisine", "تسرب ماء تحت مغسل المطبخ", "A leak under the kitchen sink"},
		words{"L’eau coule doucement depuis ce matin, j’ai mis une bassine. Il faudra sans doute changer le siphon.", "الماء يتسرب ببطء منذ الصباح ووضعت إناء تحته. ربما يجب تغيير السيفون.",
			"Water has been dripping since this morning, I put a bowl under it. The trap probably needs replacing."}, quote.Today, 150, 300, 0, false},
	{"travaux", "plomberie", words{"Installer un chauffe-eau solaire", "تركيب سخان ماء شمسي", "Install a solar water heater"},
		words{"Maison à deux niveaux avec terrasse accessible. Je voudrais un chauffe-eau solaire de 200 litres, pose et raccordement compris.", "منزل من طابقين مع سطح يسهل الوصول إليه. أريد سخانا شمسيا سعته 200 لتر مع التركيب والربط.",
			"A house of two floors with an accessible roof. I would like a solar heater of 200 litres, fitted and connected."}, quote.Whenever, 4000, 9000, 0, false},
	{"travaux", "peinture", words{"Peindre un salon et un couloir", "صباغة صالون وممر", "Paint a salon and a corridor"},
		words{"Salon de 30 m² et couloir de 8 m, deux couches, couleur claire. La peinture peut être fournie.", "صالون مساحته 30 مترا مربعا وممر طوله 8 أمتار، طبقتان بلون فاتح. يمكن توفير الصباغة.",
			"A salon of 30 m² and a corridor of 8 m, two coats, a light colour. The paint can be provided."}, quote.ThisMonth, 1800, 3200, 2, false},
	{"travaux", "electricite", words{"Tableau électrique à remplacer", "تغيير لوحة الكهرباء", "Replace the fuse box"},
		words{"Le tableau est ancien et saute souvent. Appartement de trois pièces. Merci de prévoir la mise aux normes.", "اللوحة قديمة وتنقطع كثيرا. شقة من ثلاث غرف. المرجو مراعاة معايير السلامة.",
			"The fuse box is old and trips often. A flat of three rooms. Please bring it up to standard."}, quote.ThisWeek, 1200, 2500, 1, false},
	{"travaux", "plomberie", words{"Vérifier la pression dans tout l’immeuble", "مراقبة ضغط الماء في العمارة كلها", "Check the pressure in the whole building"},
		words{"Petit immeuble de six appartements, la pression est faible aux étages. Il faut un diagnostic et un devis par écrit.", "عمارة صغيرة من ست شقق، الضغط ضعيف في الطوابق العليا. نحتاج إلى تشخيص وعرض أثمان مكتوب.",
			"A small building of six flats, the pressure is low upstairs. A diagnosis and a written quote are needed."}, quote.Whenever, 400, 1500, 0, false},
}

var offerWords = []words{
	{"Bonjour, je peux passer voir sur place et commencer à cette date. Le prix comprend la main-d’œuvre et le petit matériel.", "السلام عليكم، يمكنني المعاينة والبدء في هذا التاريخ. الثمن يشمل اليد العاملة والمواد البسيطة.", "Hello, I can come and see and begin on that day. The price includes labour and small material."},
	{"Travail soigné, garanti trois mois. Je reste disponible pour toute question.", "عمل متقن ومضمون لثلاثة أشهر. أنا رهن الإشارة لأي سؤال.", "Careful work, guaranteed for three months. I am happy to answer any question."},
	{"Nous venons à deux pour finir dans la journée, tout est compris.", "سنأتي شخصين لننهي العمل في يوم واحد، وكل شيء مشمول.", "Two of us come so that it is done within the day, all included."},
}

var haggling = words{"Merci pour votre réponse rapide. Si vous pouviez faire un petit effort sur le prix, c’est d’accord pour moi.", "شكرا على جوابكم السريع. إن أمكن تخفيض الثمن قليلا فأنا موافقة.", "Thank you for the quick answer. If you could do a little better on the price, it is a deal."}

// captions are what stands under the pictures of a gallery.
var captions = []words{
	{"Zellige posé à la main", "زليج موضوع باليد", "Zellige laid by hand"},
	{"Détail d’un chantier terminé", "تفصيل من عمل منجز", "A detail of finished work"},
	{"Avant la dernière couche", "قبل اللمسة الأخيرة", "Before the last coat"},
	{"Chez un client, le mois dernier", "عند أحد الزبناء، الشهر الماضي", "At a customer’s, last month"},
}

var unreadable = words{"La photo de la carte est floue, on ne peut pas lire le numéro. Merci de l’envoyer à nouveau.", "صورة البطاقة غير واضحة ولا يمكن قراءة الرقم. المرجو إرسالها من جديد.", "The photo of the card is blurred and the number cannot be read. Please send it again."}

// quarrel is a dispute that a customer opens.
type quarrel struct {
	reason  dispute.Reason
	words   words
	answer  words // the provider's; empty where there is none yet
	decided bool
}

var quarrels = []quarrel{
	{dispute.PoorQuality, words{"Le travail a été fait trop vite : la fuite est revenue le lendemain et j’ai dû appeler quelqu’un d’autre.", "أُنجز العمل بسرعة: عاد التسرب في اليوم الموالي واضطررت إلى الاتصال بشخص آخر.", "The work was done too quickly: the leak was back the next day and I had to call somebody else."},
		words{"Je comprends. J’avais prévenu que la pièce était usée et qu’il faudrait la changer. Je propose de repasser.", "أتفهم ذلك. كنت قد أخبرتكم أن القطعة قديمة ويجب تغييرها. أقترح أن أعود.", "I understand. I had said that the part was worn and would need replacing. I offer to come back."}, false},
	{dispute.Late, words{"Arrivé avec plus d’une heure de retard sans prévenir, j’ai manqué un rendez-vous important.", "وصل متأخرا بأكثر من ساعة دون إخبار، وفاتني موعد مهم.", "Came more than an hour late without a word, and I missed an important appointment."}, words{}, false},
	{dispute.Price, words{"Le prix demandé à la fin était plus élevé que celui de la réservation, alors que rien n’avait changé.", "الثمن المطلوب في النهاية كان أعلى من ثمن الحجز رغم أن شيئا لم يتغير.", "The price asked for in the end was higher than that of the booking, though nothing had changed."},
		words{"Il y avait du matériel en plus, mais j’aurais dû le dire avant. Je suis d’accord pour un geste.", "كانت هناك مواد إضافية، لكن كان علي أن أخبركم من قبل. أوافق على تخفيض.", "There was extra material, but I should have said so before. I agree to a gesture."}, true},
	{dispute.NotDone, words{"Seule la moitié de ce qui était prévu a été faite, le reste devait être terminé le lendemain et personne n’est venu.", "لم يُنجز سوى نصف المتفق عليه، وكان من المفروض إتمام الباقي في اليوم الموالي ولم يأت أحد.", "Only half of what was planned was done, the rest was to follow the next day and nobody came."}, words{}, false},
}

var verdict = words{"Les deux parties ont été entendues. Le supplément n’avait pas été annoncé : la moitié du prix est rendue au client.", "تم الاستماع إلى الطرفين. لم يُعلن عن المبلغ الإضافي مسبقا: يُعاد نصف الثمن إلى الزبون.", "Both sides were heard. The extra charge had not been announced: half of the price goes back to the customer."}

var reportReasons = []review.Reason{review.False, review.Insult, review.Private}

var unfair = words{"Cette personne décrit un autre rendez-vous que le nôtre.", "هذا الشخص يصف موعدا آخر غير موعدنا.", "This person describes another appointment than ours."}

var sanctionReasons = []words{
	{"Propos déplacés dans un message à un prestataire.", "كلام غير لائق في رسالة إلى أحد مقدمي الخدمات.", "Improper words in a message to a provider."},
	{"Quatre rendez-vous manqués de suite sans prévenir.", "أربعة مواعيد متتالية دون حضور أو إخبار.", "Four appointments missed in a row without a word."},
}
