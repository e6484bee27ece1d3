package demo

var family = field{
	categoryID: "famille", womenInHundred: 100,
	openings: []words{
		{"Mère de trois enfants, je connais les matins pressés des familles de {city}.", "أم لثلاثة أطفال، وأعرف جيدا صباحات الأسر المستعجلة في {city}.", "As a mother of three I know the busy mornings of families in {city}."},
		{"Depuis {since}, j’accompagne petits et grands à {city}, avec patience et bonne humeur.", "أرافق الصغار والكبار في {city} منذ سنة {since} بصبر وابتسامة.", "Since {since} I have been there for young and old in {city}, with patience and a smile."},
		{"Formée aux premiers secours, j’exerce à {city} depuis {since}.", "حاصلة على تكوين في الإسعافات الأولية، وأمارس في {city} منذ سنة {since}.", "Trained in first aid, I have worked in {city} since {since}."},
		{"Nous sommes un petit réseau de personnes de confiance, né à {city} en {since}.", "نحن شبكة صغيرة من الأشخاص الموثوق بهم، نشأت في {city} سنة {since}.", "We are a small network of trusted people, born in {city} in {since}."},
		{"{Trade}, c’est d’abord une relation de confiance, et elle se construit jour après jour.", "{trade} علاقة ثقة قبل كل شيء، وهي تُبنى يوما بعد يوم.", "{Trade} is above all a matter of trust, and trust is built day after day."},
		{"Je travaille à {city}, toujours dans le respect des habitudes de la maison.", "أشتغل في {city} مع احترام عادات كل بيت.", "I work in {city} and always respect the ways of the house."},
	},
	ways: []words{
		{"Je commence par une visite pour faire connaissance avec toute la famille.", "أبدأ بزيارة للتعرف على الأسرة كلها.", "I begin with a visit to get to know the whole family."},
		{"Un petit mot ou une photo vous rassure pendant la journée.", "رسالة قصيرة خلال اليوم تطمئنكم.", "A short message during the day keeps your mind at rest."},
		{"Je prends des notes sur les repas, les siestes et les médicaments.", "أدوّن الوجبات وأوقات النوم والأدوية.", "I write down meals, naps and medicine."},
		{"Casier judiciaire et références sont à votre disposition.", "السجل العدلي وشهادات الأسر السابقة رهن إشارتكم.", "Criminal record extract and references are there for you to see."},
		{"Je prépare une cuisine saine, avec les produits du marché.", "أعدّ أطباقا صحية بمنتجات السوق الطازجة.", "I cook healthy food with produce from the market."},
		{"Ponctuelle et discrète, je préviens toujours en cas de retard.", "ألتزم بالمواعيد وبالكتمان، وأخبركم دائما عند أي تأخر.", "Punctual and discreet, I always call if I am late."},
	},
	endings: []words{
		{"Votre tranquillité est ma plus belle récompense.", "راحة بالكم أجمل مكافأة لي.", "Your peace of mind is my best reward."},
		{"Disponible aussi certains soirs, sur demande.", "متاحة أيضا في بعض الأمسيات عند الطلب.", "Free on some evenings as well, on request."},
		{"Une première rencontre vaut mieux qu’un long discours.", "لقاء أول خير من كلام طويل.", "A first meeting says more than many words."},
		{"Je parle arabe et français avec les enfants.", "أتحدث مع الأطفال بالعربية والفرنسية.", "I speak Arabic and French with the children."},
		{"Merci aux familles qui me recommandent depuis des années.", "شكرا للأسر التي توصي بي منذ سنوات.", "Thank you to the families who have recommended me for years."},
		{"Nous trouvons toujours une remplaçante en cas d’empêchement.", "نوفر دائما من ينوب عنا عند أي طارئ.", "We always find a substitute if something comes up."},
	},
	assurances: []words{
		{"Références vérifiables.", "شهادات يمكن التحقق منها.", "References you can check."},
		{"Formation aux premiers secours.", "تكوين في الإسعافات الأولية.", "Trained in first aid."},
		{"La même personne à chaque fois.", "الشخص نفسه في كل مرة.", "The same person every time."},
		{"Compte rendu à la fin de chaque visite.", "تقرير قصير في نهاية كل زيارة.", "A short report at the end of each visit."},
		{"Présence attentive, téléphone rangé.", "حضور كامل، والهاتف جانبا.", "Full attention, phone put away."},
		{"Rencontre préalable possible.", "يمكن اللقاء مسبقا.", "We can meet beforehand."},
	},
	practical: []words{
		{"Indiquez les allergies et les médicaments dans la note.", "اذكروا الحساسية والأدوية في الملاحظة.", "Mention allergies and medicine in the note."},
		{"Merci de laisser un numéro où vous joindre.", "المرجو ترك رقم للاتصال بكم.", "Please leave a number where we can reach you."},
		{"Les repas restent à la charge de la famille.", "الوجبات على حساب الأسرة.", "Meals are provided by the family."},
		{"Trois heures au moins le week-end.", "ثلاث ساعات على الأقل في نهاية الأسبوع.", "Three hours at least at weekends."},
		{"Le transport du soir est compris.", "النقل مساء مشمول في الثمن.", "Transport in the evening is included."},
		{"Dites-nous ce que vos proches aiment.", "أخبرونا بما يحبه أهلكم.", "Tell us what your loved ones like."},
	},
	notes: []words{
		{"Sonnez doucement, quelqu’un dort peut-être.", "المرجو الطرق برفق، قد يكون أحدهم نائما.", "Please ring softly, somebody may be asleep."},
		{"Ma mère adore parler de Fès, vous serez vite amies.", "والدتي تحب الحديث عن فاس، ستتفاهمان بسرعة.", "My mother loves talking about Fez, you will get on."},
		{"Allergie aux fruits à coque dans la famille.", "لدينا حساسية من المكسرات في الأسرة.", "There is a nut allergy in the family."},
		{"Appelez-moi dix minutes avant, je descends ouvrir.", "اتصلوا بي عشر دقائق قبل الوصول لأفتح لكم.", "Call me ten minutes before, I will come down and open."},
	},
	trades: []trade{
		{"garde-enfants", name{"Crèche", "حضانة"}, words{"la garde d’enfants", "رعاية الأطفال", "childcare"}, "cuisine", []offer{
			{words{"Garde d’enfants à domicile", "رعاية الأطفال في المنزل", "Childcare at home"}, words{"Jeux, repas, sieste et promenade, avec un programme pour chaque âge.", "ألعاب ووجبات وقيلولة ونزهة مع برنامج لكل سن.", "Games, meals, nap and a walk, with a plan for every age."}, 40, 80, 180, hourly, home},
			{words{"Sortie d’école et goûter", "مرافقة من المدرسة ولمجة", "School pick-up and snack"}, words{"Je vais chercher les enfants, nous goûtons et commençons les devoirs.", "أصطحب الأطفال من المدرسة ثم لمجة وبداية الواجبات.", "I pick the children up, we have a snack and start homework."}, 50, 90, 120, hourly, home},
			{words{"Garde en soirée", "رعاية مسائية", "Evening babysitting"}, words{"Dîner, histoire et coucher, jusqu’à votre retour.", "عشاء وقصة ونوم هادئ إلى حين عودتكم.", "Dinner, a story and bed, until you are back."}, 60, 100, 180, hourly, home},
		}, []extra{
			{words{"Bain du soir", "حمام المساء", "Evening bath"}, 20, 50, 30},
			{words{"Deuxième enfant", "طفل ثان", "A second child"}, 40, 80, 5},
		}},
		{"aide-aines", name{"Présence", "رفقة"}, words{"l’aide aux aînés", "مرافقة كبار السن", "care for the elderly"}, "cuisine", []offer{
			{words{"Compagnie et aide à domicile", "رفقة ومساعدة في المنزل", "Company and help at home"}, words{"Lever, toilette, repas, lecture du journal et petites promenades.", "مساعدة على النهوض والنظافة والوجبات وقراءة الجريدة ونزهات قصيرة.", "Getting up, washing, meals, reading the paper and short walks."}, 50, 90, 180, hourly, home},
			{words{"Accompagnement chez le médecin", "المرافقة إلى الطبيب", "Going along to the doctor"}, words{"Trajet, attente et compte rendu de la consultation à la famille.", "التنقل والانتظار وإخبار الأسرة بما قاله الطبيب.", "The ride, the wait, and a report of the visit to the family."}, 180, 320, 150, fixed, home},
			{words{"Garde de jour après l’hôpital", "رعاية نهارية بعد المستشفى", "Day care after hospital"}, words{"Surveillance, prise des médicaments à l’heure et repas adaptés.", "مراقبة وتناول الأدوية في وقتها ووجبات مناسبة.", "Watching over, medicine on time and suitable meals."}, 350, 600, 420, fixed, home},
		}, []extra{
			{words{"Courses et pharmacie", "التسوق والصيدلية", "Shopping and pharmacy"}, 50, 100, 45},
			{words{"Appel vidéo avec la famille", "مكالمة مرئية مع الأسرة", "Video call with the family"}, 20, 40, 15},
		}},
		{"cuisine", name{"Cuisine", "مطبخ"}, words{"la cuisine", "الطبخ", "cooking"}, "", []offer{
			{words{"Cuisinière pour la journée", "طباخة لليوم", "Cook for the day"}, words{"Tajines, couscous, salades et desserts, cuisine rangée en partant.", "طواجن وكسكس وسلطات وحلويات مع ترتيب المطبخ في النهاية.", "Tagines, couscous, salads and desserts, and a tidy kitchen at the end."}, 300, 550, 300, fixed, home},
			{words{"Repas de la semaine", "وجبات الأسبوع", "Meals for the week"}, words{"Cinq plats préparés chez vous, prêts à réchauffer.", "خمسة أطباق تُحضَّر في بيتكم وجاهزة للتسخين.", "Five dishes cooked at your home, ready to heat."}, 350, 600, 240, fixed, home},
			{words{"Pain, msemen et gâteaux", "خبز ومسمن وحلويات", "Bread, msemen and cakes"}, words{"Préparés sur place, comme à la maison, pour le goûter ou une fête.", "تحضير طازج كما في البيت للمجة أو لمناسبة.", "Freshly made, the home way, for tea or a party."}, 180, 350, 150, fixed, home},
		}, []extra{
			{words{"Achats au marché", "التسوق من السوق", "Shopping at the market"}, 60, 120, 60},
			{words{"Quatre couverts de plus", "أربعة أشخاص إضافيون", "Four more guests"}, 100, 200, 30},
		}},
	},
}
