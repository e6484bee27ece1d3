package demo

var computing = field{
	categoryID: "numerique", womenInHundred: 25,
	openings: []words{
		{"Ingénieur de formation, je dépanne et je conseille à {city} depuis {since}.", "تكويني في الهندسة المعلوماتية، وأقدم الدعم والاستشارة في {city} منذ سنة {since}.", "An engineer by training, I have helped and advised people in {city} since {since}."},
		{"{Trade}, expliquée avec des mots simples : c’est ce que nos clients de {city} apprécient.", "{trade} بكلمات بسيطة: هذا ما يقدره زبناؤنا في {city}.", "{Trade} in plain words: that is what our customers in {city} value."},
		{"Notre atelier de {city} a vu passer plus de deux mille machines depuis {since}.", "مرّ من ورشتنا في {city} أكثر من ألفي جهاز منذ سنة {since}.", "Over two thousand machines have passed through our workshop in {city} since {since}."},
		{"À mon compte à {city}, je travaille avec des commerces, des écoles et des familles.", "أشتغل لحسابي في {city} مع المحلات والمدارس والأسر.", "Self-employed in {city}, I work with shops, schools and families."},
		{"Une petite agence de {city}, trois personnes et beaucoup de soin.", "وكالة صغيرة في {city}، ثلاثة أشخاص وكثير من العناية.", "A small agency in {city}: three people and a lot of care."},
		{"Depuis {since}, nous aidons {city} à se servir de l’informatique sans en avoir peur.", "منذ سنة {since} نساعد الناس في {city} على استعمال الحاسوب دون خوف.", "Since {since} we have helped {city} use computers without fear."},
	},
	ways: []words{
		{"Vos données restent les vôtres : rien n’est copié sans votre accord.", "بياناتكم ملك لكم: لا ننسخ شيئا دون موافقتكم.", "Your data stays yours: nothing is copied without your consent."},
		{"Je fais une sauvegarde avant toute intervention.", "أحفظ نسخة احتياطية قبل أي تدخل.", "I make a backup before I touch anything."},
		{"Si ce n’est pas réparé, vous ne payez que le déplacement.", "إذا لم يتم الإصلاح تؤدون ثمن التنقل فقط.", "If it is not fixed, you pay for the trip alone."},
		{"Chaque livraison vient avec un petit mode d’emploi.", "كل عمل نسلمه مرفق بدليل استعمال صغير.", "Everything we deliver comes with a short guide."},
		{"Nous travaillons à distance quand c’est possible, sur place quand il le faut.", "نشتغل عن بعد متى أمكن، وفي عين المكان عند الحاجة.", "We work remotely when possible, on site when needed."},
		{"Pas de vocabulaire compliqué, pas d’achat inutile.", "لا كلمات معقدة ولا مشتريات لا داعي لها.", "No complicated words, no needless purchases."},
	},
	endings: []words{
		{"Assistance gratuite pendant trente jours.", "مساعدة مجانية لمدة ثلاثين يوما.", "Free help for thirty days."},
		{"Une question rapide ? Elle ne coûte rien.", "سؤال سريع؟ لا يكلف شيئا.", "A quick question costs nothing."},
		{"Nous intervenons souvent le jour même.", "نتدخل غالبا في اليوم نفسه.", "We often come the same day."},
		{"Les associations bénéficient d’un tarif réduit.", "تستفيد الجمعيات من ثمن مخفض.", "Associations get a lower rate."},
		{"Travail soigné, délais tenus.", "عمل متقن ومواعيد محترمة.", "Careful work, deadlines met."},
		{"Nos clients restent, c’est notre fierté.", "زبناؤنا يبقون معنا، وهذا فخرنا.", "Our customers stay, and we are proud of it."},
	},
	assurances: []words{
		{"Garantie trente jours.", "ضمان ثلاثون يوما.", "Guaranteed for thirty days."},
		{"Sauvegarde de vos données avant de commencer.", "نسخة احتياطية من بياناتكم قبل البدء.", "Your data backed up before we begin."},
		{"Confidentialité écrite.", "التزام مكتوب بالسرية.", "Confidentiality in writing."},
		{"Explications en fin d’intervention.", "شرح في نهاية التدخل.", "An explanation at the end."},
		{"Logiciels sous licence uniquement.", "برامج مرخصة فقط.", "Licensed software only."},
		{"Assistance par téléphone comprise.", "المساعدة عبر الهاتف مشمولة.", "Help by phone included."},
	},
	practical: []words{
		{"Préparez vos mots de passe et votre chargeur.", "جهزوا كلمات المرور والشاحن.", "Have your passwords and charger ready."},
		{"Indiquez le modèle dans la note de réservation.", "اذكروا نوع الجهاز في ملاحظة الحجز.", "Give the model in the booking note."},
		{"Les pièces sont facturées à part, avec leur garantie.", "تحتسب القطع على حدة مع ضمانها.", "Parts are charged separately, with their warranty."},
		{"Une connexion internet suffit pour l’assistance à distance.", "يكفي اتصال بالإنترنت للمساعدة عن بعد.", "An internet connection is enough for remote help."},
		{"Décrivez ce qui s’affiche à l’écran.", "صفوا لنا ما يظهر على الشاشة.", "Describe what the screen shows."},
		{"Prévoyez une heure sans utiliser l’appareil.", "توقعوا ساعة دون استعمال الجهاز.", "Expect an hour without the device."},
	},
	notes: []words{
		{"L’ordinateur s’éteint tout seul depuis lundi.", "ينطفئ الحاسوب وحده منذ يوم الاثنين.", "The computer has been switching itself off since Monday."},
		{"Les photos de famille sont très importantes pour nous.", "صور العائلة مهمة جدا بالنسبة إلينا.", "The family photos matter a lot to us."},
		{"Je suis disponible par téléphone toute la journée.", "يمكن الاتصال بي طوال اليوم.", "I can be reached by phone all day."},
		{"C’est pour notre petit commerce.", "الخدمة لمحلنا التجاري الصغير.", "It is for our small shop."},
	},
	trades: []trade{
		{"depannage-informatique", name{"Informatique", "معلوميات"}, words{"l’informatique", "المعلوميات", "computing"}, "sites-web", []offer{
			{words{"Dépannage d’ordinateur à domicile", "إصلاح الحاسوب في المنزل", "Computer repair at home"}, words{"Lenteur, virus, panne de démarrage : diagnostic et réparation sur place.", "بطء أو فيروسات أو عطل في الإقلاع: تشخيص وإصلاح في المنزل.", "Slow, infected or not starting: diagnosed and repaired on the spot."}, 150, 300, 90, fixed, home},
			{words{"Récupération de données", "استرجاع البيانات", "Data recovery"}, words{"Disque dur, clé ou téléphone : nous lisons d’abord, nous facturons si cela réussit.", "قرص صلب أو مفتاح أو هاتف: نحاول أولا ولا نحتسب الثمن إلا عند النجاح.", "Disk, stick or phone: we try first, and charge if it works."}, 300, 700, 60, fixed, shop},
			{words{"Installation Wi-Fi et imprimante", "تركيب الواي فاي والطابعة", "Wi-Fi and printer set-up"}, words{"Couverture de toutes les pièces, mots de passe sûrs et essai d’impression.", "تغطية كل الغرف وكلمات مرور آمنة وتجربة الطباعة.", "Every room covered, safe passwords and a test print."}, 150, 280, 75, fixed, home},
			{words{"Assistance à distance", "مساعدة عن بعد", "Remote help"}, words{"Prise en main sécurisée de votre écran, pour tout ce qui bloque.", "تحكم آمن في شاشتكم لحل كل ما يتعطل.", "Secure screen sharing for whatever is stuck."}, 80, 150, 30, fixed, remote},
		}, []extra{
			{words{"Sauvegarde complète", "نسخة احتياطية كاملة", "Full backup"}, 80, 150, 30},
			{words{"Nettoyage de l’appareil", "تنظيف الجهاز", "Cleaning of the device"}, 60, 120, 30},
		}},
		{"sites-web", name{"Web", "ويب"}, words{"la création de sites", "إنشاء المواقع", "web design"}, "depannage-informatique", []offer{
			{words{"Site vitrine pour commerce", "موقع تعريفي لمحل تجاري", "Website for a shop"}, words{"Cinq pages, trois langues, formulaire de contact et mise en ligne.", "خمس صفحات وثلاث لغات واستمارة اتصال ونشر على الإنترنت.", "Five pages, three languages, a contact form and going live."}, 2500, 5000, 120, fixed, remote},
			{words{"Conseil et cadrage de projet web", "استشارة لمشروع على الويب", "Advice on a web project"}, words{"Une heure pour clarifier vos besoins, votre budget et la suite.", "ساعة لتوضيح حاجياتكم وميزانيتكم والخطوات التالية.", "An hour to clear up needs, budget and next steps."}, 200, 400, 60, fixed, remote},
			{words{"Boutique en ligne", "متجر إلكتروني", "Online shop"}, words{"Étude du catalogue, du paiement et de la livraison, puis devis détaillé.", "دراسة المنتجات والأداء والتوصيل ثم عرض أثمان مفصل.", "A look at products, payment and delivery, then a detailed quote."}, 0, 0, 60, asked, remote},
			{words{"Maintenance mensuelle de site", "صيانة شهرية للموقع", "Monthly site maintenance"}, words{"Mises à jour, sauvegardes, petites corrections et rapport.", "تحديثات ونسخ احتياطية وتصحيحات صغيرة وتقرير.", "Updates, backups, small fixes and a report."}, 300, 600, 60, fixed, remote},
		}, []extra{
			{words{"Logo simple", "شعار بسيط", "Simple logo"}, 300, 700, 60},
			{words{"Fiche Google pour le commerce", "صفحة غوغل للمحل", "Google listing for the shop"}, 100, 200, 30},
		}},
	},
}
