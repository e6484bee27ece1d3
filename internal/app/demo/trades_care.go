package demo

var care = field{
	categoryID: "entretien", womenInHundred: 68,
	openings: []words{
		{"Une maison propre, c’est une maison où l’on respire : nous y veillons à {city} depuis {since}.", "البيت النظيف بيت مريح، وهذا ما نحرص عليه في {city} منذ سنة {since}.", "A clean home is a home you can breathe in: we have seen to it in {city} since {since}."},
		{"Je travaille chez les familles de {city} depuis {since}, souvent les mêmes depuis le premier jour.", "أشتغل لدى أسر في {city} منذ سنة {since}، وكثير منها معي منذ اليوم الأول.", "I have worked for families in {city} since {since}, many of them since the first day."},
		{"Notre équipe de {city} compte six personnes, toutes déclarées et formées.", "يتكون فريقنا في {city} من ستة أشخاص، جميعهم مصرح بهم ومكوَّنون.", "Our team in {city} has six people, all declared and trained."},
		{"{Trade}, c’est une affaire de soin et de régularité, et c’est ce que nous offrons à {city}.", "{trade} مسألة عناية وانتظام، وهذا ما نقدمه في {city}.", "{Trade} is a matter of care and regularity, and that is what we offer in {city}."},
		{"Après plusieurs années dans l’hôtellerie, j’apporte la même exigence chez vous.", "بعد سنوات من العمل في الفنادق أحمل معي الجودة نفسها إلى بيوتكم.", "After years in hotels I bring the same standards to your home."},
		{"Nous sommes une coopérative de {city}, créée en {since} par des voisines.", "نحن تعاونية في {city} أسستها جارات سنة {since}.", "We are a cooperative in {city}, founded by neighbours in {since}."},
	},
	ways: []words{
		{"Nous suivons une liste de contrôle pièce par pièce, que vous pouvez compléter.", "نتبع لائحة مفصلة لكل غرفة، ويمكنكم أن تضيفوا إليها ما تريدون.", "We follow a checklist room by room, and you can add to it."},
		{"Produits doux, sans odeur forte, sans danger pour les enfants.", "نستعمل مواد لطيفة دون رائحة قوية ولا خطر على الأطفال.", "Gentle products, no strong smells, safe around children."},
		{"La même personne revient chaque fois, pour ne pas tout réexpliquer.", "يعود إليكم الشخص نفسه كل مرة، فلا حاجة إلى شرح كل شيء من جديد.", "The same person comes every time, so that nothing needs explaining twice."},
		{"Je note vos habitudes et je m’y tiens.", "أسجل عاداتكم وألتزم بها.", "I write down how you like things and keep to it."},
		{"Nous apportons le matériel si vous n’en avez pas.", "نحضر المعدات إن لم تكن لديكم.", "We bring the equipment if you have none."},
		{"Discrétion et ponctualité sont nos premières règles.", "الكتمان واحترام الوقت أول ما نلتزم به.", "Discretion and punctuality are our first rules."},
	},
	endings: []words{
		{"Un passage ne vous a pas plu ? Nous revenons le refaire.", "إذا لم يرضكم عملنا نعود لإعادته.", "Not happy with a visit? We come back and do it again."},
		{"Possibilité de passage chaque semaine ou tous les quinze jours.", "يمكن برمجة زيارة كل أسبوع أو كل أسبوعين.", "Weekly or fortnightly visits are possible."},
		{"Nous connaissons bien les grands ménages avant le Ramadan et les fêtes.", "لنا تجربة كبيرة في التنظيف الشامل قبل رمضان والأعياد.", "We know the big cleaning before Ramadan and the holidays well."},
		{"Les références de nos clients sont disponibles sur demande.", "يمكنكم الاطلاع على شهادات زبنائنا عند الطلب.", "References from our customers on request."},
		{"Merci aux familles qui nous font confiance.", "شكرا للأسر التي تضع ثقتها فينا.", "Thank you to the families who trust us."},
		{"Au plaisir de prendre soin de votre intérieur.", "يسعدنا أن نعتني ببيتكم.", "We look forward to looking after your home."},
	},
	assurances: []words{
		{"Produits et matériel compris.", "المواد والمعدات مشمولة في الثمن.", "Products and equipment included."},
		{"Personnel assuré et déclaré.", "العاملون مؤمَّنون ومصرح بهم.", "Insured and declared staff."},
		{"Satisfait, ou nous repassons gratuitement.", "رضاكم مضمون، أو نعود مجانا.", "Satisfied, or we come back free of charge."},
		{"Tissus délicats et bois anciens traités avec précaution.", "نتعامل بعناية مع الأقمشة الرقيقة والخشب القديم.", "Delicate fabrics and old wood handled with caution."},
		{"Nous finissons toujours par une vérification avec vous.", "ننهي العمل دائما بجولة معكم للتأكد.", "We always end with a check together with you."},
		{"Aucun supplément le samedi.", "لا زيادة في الثمن يوم السبت.", "No surcharge on Saturdays."},
	},
	practical: []words{
		{"Merci de ranger les objets fragiles avant notre passage.", "المرجو وضع الأشياء القابلة للكسر جانبا قبل وصولنا.", "Please put fragile things away before we come."},
		{"Dites-nous si vous avez des animaux.", "أخبرونا إن كانت لديكم حيوانات أليفة.", "Tell us if you have pets."},
		{"Un point d’eau et une prise suffisent.", "يكفينا مصدر ماء ومقبس كهربائي.", "All we need is water and a socket."},
		{"La durée s’entend pour un logement de taille moyenne.", "المدة محسوبة لمسكن متوسط المساحة.", "The duration is for a home of medium size."},
		{"Vous pouvez nous laisser les clés chez le gardien.", "يمكنكم ترك المفاتيح عند الحارس.", "You may leave the keys with the caretaker."},
		{"Précisez dans la note ce qui compte le plus pour vous.", "اذكروا في الملاحظة ما يهمكم أكثر.", "Say in the note what matters most to you."},
	},
	notes: []words{
		{"Merci d’insister sur la cuisine et les vitres du salon.", "المرجو التركيز على المطبخ وزجاج الصالون.", "Please take extra care of the kitchen and the living-room windows."},
		{"Nous avons un chat, il reste dans la chambre.", "لدينا قط يبقى في غرفة النوم.", "We have a cat, it stays in the bedroom."},
		{"Les clés sont chez la voisine du premier.", "المفاتيح عند الجارة في الطابق الأول.", "The keys are with the neighbour on the first floor."},
		{"Nous recevons des invités le soir, merci d’arriver à l’heure.", "لدينا ضيوف في المساء، المرجو احترام الموعد.", "We have guests in the evening, please be on time."},
	},
	trades: []trade{
		{"menage", name{"Ménage", "تنظيف"}, words{"le ménage", "تنظيف المنازل", "house cleaning"}, "repassage", []offer{
			{words{"Ménage régulier", "تنظيف منتظم", "Regular cleaning"}, words{"Sols, poussières, cuisine et salle de bain, avec lits faits si vous le souhaitez.", "الأرضيات والغبار والمطبخ والحمام وترتيب الأسرة إن رغبتم.", "Floors, dusting, kitchen and bathroom, and beds made if you like."}, 40, 70, 180, hourly, home},
			{words{"Grand ménage", "تنظيف شامل", "Deep cleaning"}, words{"Du sol au plafond : intérieur des placards, plinthes, interrupteurs et vitres.", "من الأرضية إلى السقف: داخل الخزانات وحواشي الجدران والمفاتيح والزجاج.", "From floor to ceiling: inside cupboards, skirting, switches and windows."}, 400, 750, 360, fixed, home},
			{words{"Nettoyage de fin de chantier", "تنظيف ما بعد الأشغال", "Cleaning after building work"}, words{"Enlèvement des poussières, traces de peinture et restes de colle.", "إزالة الغبار وبقع الصباغة وبقايا اللصاق.", "Dust, paint marks and traces of glue removed."}, 600, 1100, 420, fixed, home},
		}, []extra{
			{words{"Intérieur du four et du frigo", "داخل الفرن والثلاجة", "Inside of oven and fridge"}, 60, 120, 45},
			{words{"Vitres extérieures", "الزجاج من الخارج", "Outside of the windows"}, 80, 150, 45},
		}},
		{"repassage", name{"Pressing", "مصبنة"}, words{"le repassage", "الكي", "ironing"}, "menage", []offer{
			{words{"Repassage à domicile", "الكي في المنزل", "Ironing at home"}, words{"Chemises, draps, djellabas : tout est repassé, plié ou mis sur cintre.", "قمصان وأغطية وجلابيب: نكوي ونطوي أو نعلق كل شيء.", "Shirts, sheets, djellabas: all ironed, folded or put on hangers."}, 40, 65, 120, hourly, home},
			{words{"Lavage et repassage au kilo", "الغسل والكي بالكيلو", "Wash and iron by weight"}, words{"Linge trié par couleur, lavé à la bonne température et rendu sous 48 heures.", "نفرز الملابس حسب اللون ونغسلها في الحرارة المناسبة ونعيدها خلال 48 ساعة.", "Sorted by colour, washed at the right temperature, back within 48 hours."}, 90, 160, 30, fixed, shop},
			{words{"Soin des caftans et habits de fête", "العناية بالقفاطين وملابس المناسبات", "Care for caftans and party clothes"}, words{"Nettoyage délicat et repassage à la main des broderies et de la sfifa.", "تنظيف لطيف وكي يدوي للتطريز والسفيفة.", "Gentle cleaning and hand ironing of embroidery and sfifa."}, 120, 250, 60, fixed, shop},
		}, []extra{
			{words{"Petite couture", "خياطة بسيطة", "Small mending"}, 30, 80, 20},
			{words{"Amidonnage", "تنشية", "Starching"}, 20, 50, 15},
		}},
		{"tapis", name{"Net", "نظافة"}, words{"le nettoyage de tapis", "تنظيف الزرابي", "carpet cleaning"}, "menage", []offer{
			{words{"Nettoyage de salon marocain", "تنظيف الصالون المغربي", "Moroccan sofa cleaning"}, words{"Aspiration, shampooing et extraction, banquettes et coussins compris.", "شفط الغبار والغسل بالشامبو وسحب الماء، مع السدادر والوسائد.", "Vacuum, shampoo and extraction, benches and cushions included."}, 350, 700, 180, fixed, home},
			{words{"Lavage de tapis", "غسل الزرابي", "Carpet washing"}, words{"Lavage à l’eau froide pour la laine, séchage à plat, couleurs protégées.", "غسل بالماء البارد للصوف وتجفيف مبسوط مع حماية الألوان.", "Cold wash for wool, dried flat, colours protected."}, 150, 350, 90, fixed, home},
			{words{"Nettoyage de matelas", "تنظيف الفراش", "Mattress cleaning"}, words{"Aspiration en profondeur, traitement des taches et des acariens à la vapeur.", "شفط عميق ومعالجة البقع والعث بالبخار.", "Deep vacuum, and steam against stains and mites."}, 180, 320, 60, fixed, home},
		}, []extra{
			{words{"Traitement antitache", "معالجة ضد البقع", "Stain protection"}, 80, 160, 30},
			{words{"Rideaux", "الستائر", "Curtains"}, 100, 200, 45},
		}},
		{"jardinage", name{"Jardins", "بستنة"}, words{"le jardinage", "البستنة", "gardening"}, "", []offer{
			{words{"Entretien de jardin", "صيانة الحديقة", "Garden maintenance"}, words{"Tonte, taille, désherbage et ramassage des déchets verts.", "جز العشب والتقليم وإزالة الأعشاب الضارة وجمع المخلفات.", "Mowing, pruning, weeding, and green waste taken away."}, 80, 140, 180, hourly, home},
			{words{"Taille d’oliviers et d’arbres fruitiers", "تقليم الزيتون والأشجار المثمرة", "Olive and fruit tree pruning"}, words{"Taille à la bonne saison, coupe nette et cicatrisation des plaies.", "تقليم في الموسم المناسب وقطع نظيف مع معالجة الجروح.", "Pruned in the right season, clean cuts, wounds sealed."}, 250, 500, 150, fixed, home},
			{words{"Aménagement de terrasse et d’arrosage", "تهيئة الشرفة ونظام السقي", "Terrace planting and irrigation"}, words{"Choix de plantes qui supportent le soleil d’ici et arrosage au goutte-à-goutte.", "اختيار نباتات تتحمل شمس المنطقة وتركيب سقي بالتنقيط.", "Plants that stand the local sun, and drip irrigation."}, 0, 0, 60, asked, home},
		}, []extra{
			{words{"Traitement contre les insectes", "معالجة ضد الحشرات", "Insect treatment"}, 80, 160, 30},
			{words{"Terreau et engrais", "تربة وسماد", "Soil and fertiliser"}, 60, 150, 15},
		}},
	},
}
