package demo

var lessons = field{
	categoryID: "cours", womenInHundred: 45,
	openings: []words{
		{"J’enseigne à {city} depuis {since}, en classe comme en cours particulier.", "أدرّس في {city} منذ سنة {since}، داخل القسم وفي حصص فردية.", "I have taught in {city} since {since}, in class and one to one."},
		{"{Trade}, ce n’est pas une affaire de talent mais de méthode : c’est ma conviction depuis {since}.", "{trade} مسألة منهجية قبل أن تكون موهبة، وهذه قناعتي منذ سنة {since}.", "{Trade} takes method more than talent: I have believed it since {since}."},
		{"Des élèves de tous âges, de sept à soixante-dix ans, et le même plaisir d’avancer ensemble à {city}.", "متعلمون من كل الأعمار، من السابعة إلى السبعين، ومتعة التقدم معا في {city}.", "Learners of all ages, from seven to seventy, and the same joy of moving on together in {city}."},
		{"Notre petit centre de {city} a ouvert ses portes en {since}, avec des groupes de six au plus.", "افتتح مركزنا الصغير في {city} سنة {since}، ولا تتجاوز مجموعاتنا ستة أفراد.", "Our small centre in {city} opened in {since}, with groups of six at most."},
		{"Mon parcours va de l’université à l’accompagnement individuel, et je ne l’ai jamais regretté.", "قادتني تجربتي من الجامعة إلى المواكبة الفردية، ولم أندم يوما.", "My path led from university to individual coaching, and I have never looked back."},
		{"À {city}, j’accompagne celles et ceux qui veulent progresser sans se décourager.", "في {city} أواكب كل من يريد أن يتقدم دون أن يفقد حماسه.", "In {city} I help people make progress without losing heart."},
	},
	ways: []words{
		{"La première séance sert à faire le point et à fixer un but clair.", "نخصص الحصة الأولى لتقييم المستوى وتحديد هدف واضح.", "The first session takes stock and sets a clear goal."},
		{"Chaque séance finit par un court bilan, envoyé par écrit.", "تنتهي كل حصة بحصيلة قصيرة مكتوبة.", "Every session ends with a short written summary."},
		{"J’explique en darija, en arabe, en français ou en anglais, selon ce qui aide le mieux.", "أشرح بالدارجة أو العربية أو الفرنسية أو الإنجليزية حسب ما يساعد أكثر.", "I explain in Darija, Arabic, French or English, whichever helps most."},
		{"Peu de théorie, beaucoup de pratique, et des exercices choisis pour vous.", "قليل من النظري وكثير من التطبيق، بتمارين مختارة لكم.", "Little theory, much practice, and exercises chosen for you."},
		{"Je m’adapte au rythme de chacun, sans pression inutile.", "أتكيف مع إيقاع كل واحد دون ضغط لا فائدة منه.", "I go at each person’s pace, without needless pressure."},
		{"Le matériel de travail est fourni dès la première séance.", "أوفر أدوات العمل منذ الحصة الأولى.", "Working material is provided from the first session."},
	},
	endings: []words{
		{"La première rencontre n’engage à rien.", "اللقاء الأول لا يلزمكم بشيء.", "The first meeting commits you to nothing."},
		{"Les progrès viennent plus vite qu’on ne le croit.", "التقدم يأتي أسرع مما نظن.", "Progress comes sooner than you think."},
		{"Séances possibles en soirée et le week-end.", "يمكن برمجة الحصص مساء وفي نهاية الأسبوع.", "Sessions possible in the evening and at weekends."},
		{"Neuf élèves sur dix continuent après le premier mois.", "تسعة من كل عشرة يواصلون بعد الشهر الأول.", "Nine in ten go on after the first month."},
		{"Parlez-moi de votre objectif, nous trouverons le chemin.", "حدثوني عن هدفكم وسنجد الطريق إليه.", "Tell me your goal and we will find the way."},
		{"Les parents sont tenus au courant à chaque étape.", "نُطلع الآباء على كل مرحلة.", "Parents are kept informed at every step."},
	},
	assurances: []words{
		{"Supports et exercices compris.", "الوثائق والتمارين مشمولة.", "Handouts and exercises included."},
		{"Suivi écrit après chaque séance.", "متابعة مكتوبة بعد كل حصة.", "A written follow-up after each session."},
		{"Débutants bienvenus.", "مرحبا بالمبتدئين.", "Beginners welcome."},
		{"Programme construit avec vous.", "برنامج نضعه معكم.", "A programme made with you."},
		{"Tarif dégressif à partir de huit séances.", "ثمن أقل ابتداء من ثماني حصص.", "A lower rate from eight sessions on."},
		{"Une séance annulée à temps se rattrape.", "الحصة الملغاة في وقتها تعوَّض.", "A session cancelled in time is made up for."},
	},
	practical: []words{
		{"Prévoyez un endroit calme.", "المرجو توفير مكان هادئ.", "A quiet place is all it takes."},
		{"Dites-nous votre niveau dans la note de réservation.", "اذكروا مستواكم في ملاحظة الحجز.", "Tell us your level in the booking note."},
		{"Apportez un cahier et votre bonne humeur.", "أحضروا دفترا ومزاجا طيبا.", "Bring a notebook and good spirits."},
		{"Les horaires s’adaptent aux examens.", "تتكيف المواعيد مع فترة الامتحانات.", "Times adapt to the exams."},
		{"Possibilité de venir à deux pour le même prix.", "يمكن أن يحضر شخصان بالثمن نفسه.", "Two may come for the price of one."},
		{"La première demi-heure sert à évaluer le niveau.", "نصف الساعة الأولى لتقييم المستوى.", "The first half hour is for finding the level."},
	},
	notes: []words{
		{"Objectif : être à l’aise avant la fin de l’année.", "الهدف أن أتمكن جيدا قبل نهاية السنة.", "Goal: to feel confident before the end of the year."},
		{"C’est pour ma fille, elle a douze ans.", "الحصة لابنتي، عمرها اثنتا عشرة سنة.", "It is for my daughter, she is twelve."},
		{"Je préfère commencer doucement.", "أفضل أن نبدأ بالتدريج.", "I would rather start gently."},
		{"Nous habitons près de la mosquée, appelez en arrivant.", "نسكن قرب المسجد، اتصلوا عند الوصول.", "We live near the mosque, call when you arrive."},
	},
	trades: []trade{
		{"soutien-scolaire", name{"Soutien", "دعم"}, words{"le soutien scolaire", "الدعم المدرسي", "tutoring"}, "langues", []offer{
			{words{"Soutien en mathématiques", "دعم في الرياضيات", "Maths tutoring"}, words{"Du collège au baccalauréat : comprendre le cours, puis s’entraîner sur des sujets réels.", "من الإعدادي إلى البكالوريا: فهم الدرس ثم التدرب على مواضيع حقيقية.", "From middle school to the baccalaureate: understand, then practise on real papers."}, 100, 220, 90, hourly, home},
			{words{"Physique-chimie, lycée", "الفيزياء والكيمياء للثانوي", "Physics and chemistry, high school"}, words{"Méthode de résolution, fiches et préparation aux contrôles.", "منهجية الحل وملخصات وتحضير للفروض.", "Method, revision cards and preparation for tests."}, 120, 240, 90, hourly, home},
			{words{"Aide aux devoirs, primaire", "المساعدة على الواجبات، الابتدائي", "Homework help, primary school"}, words{"Lecture, écriture et calcul, avec des pauses et des encouragements.", "قراءة وكتابة وحساب مع فترات راحة وتشجيع.", "Reading, writing and sums, with breaks and encouragement."}, 70, 130, 60, hourly, home},
			{words{"Préparation au baccalauréat en ligne", "التحضير للبكالوريا عن بعد", "Baccalaureate preparation online"}, words{"Visioconférence, tableau partagé et annales corrigées ensemble.", "لقاء مرئي وسبورة مشتركة وتصحيح امتحانات سابقة معا.", "Video call, shared board and past papers corrected together."}, 90, 180, 90, hourly, remote},
		}, []extra{
			{words{"Devoir blanc corrigé", "فرض تجريبي مصحح", "Mock test with corrections"}, 60, 120, 30},
			{words{"Deuxième enfant", "طفل ثان", "A second child"}, 50, 100, 30},
		}},
		{"langues", name{"Langues", "لغات"}, words{"l’apprentissage des langues", "تعلم اللغات", "learning languages"}, "soutien-scolaire", []offer{
			{words{"Cours d’anglais, conversation", "دروس الإنجليزية، محادثة", "English conversation"}, words{"Parler dès la première minute, corriger sans interrompre, élargir le vocabulaire.", "الكلام منذ الدقيقة الأولى وتصحيح دون مقاطعة وإغناء المفردات.", "Speaking from the first minute, correction without interruption, more words each time."}, 100, 200, 60, hourly, remote},
			{words{"Préparation TCF et DELF", "التحضير لاختباري TCF وDELF", "TCF and DELF preparation"}, words{"Entraînement aux quatre épreuves, chronomètre en main.", "تدريب على الاختبارات الأربعة مع ضبط الوقت.", "Practice for the four papers, against the clock."}, 130, 250, 90, hourly, home},
			{words{"Arabe pour étrangers", "العربية لغير الناطقين بها", "Arabic for foreigners"}, words{"Alphabet, arabe standard ou darija de tous les jours.", "الحروف والعربية الفصحى أو الدارجة اليومية.", "The alphabet, Standard Arabic or everyday Darija."}, 120, 220, 60, hourly, home},
		}, []extra{
			{words{"Correction d’une lettre ou d’un CV", "تصحيح رسالة أو سيرة ذاتية", "Correction of a letter or CV"}, 50, 100, 20},
			{words{"Test de niveau écrit", "اختبار كتابي للمستوى", "Written level test"}, 40, 80, 30},
		}},
		{"musique", name{"Musique", "موسيقى"}, words{"la musique", "الموسيقى", "music"}, "", []offer{
			{words{"Cours de oud", "دروس العود", "Oud lessons"}, words{"Position, maqamat et premiers morceaux du répertoire marocain.", "وضعية العزف والمقامات وأولى القطع من الريبرتوار المغربي.", "Posture, maqamat and first pieces from the Moroccan repertoire."}, 130, 250, 60, hourly, shop},
			{words{"Cours de guitare", "دروس القيتارة", "Guitar lessons"}, words{"Accords, rythme et chansons que vous aimez, sans solfège au début.", "أكوردات وإيقاع وأغان تحبونها دون صولفيج في البداية.", "Chords, rhythm and songs you like, without theory at first."}, 120, 220, 60, hourly, home},
			{words{"Cours de piano", "دروس البيانو", "Piano lessons"}, words{"Lecture, jeu des deux mains et un morceau à jouer chaque mois.", "قراءة النوتة والعزف باليدين وقطعة جديدة كل شهر.", "Reading, both hands, and one piece to play every month."}, 150, 300, 60, hourly, home},
		}, []extra{
			{words{"Prêt d’un instrument", "إعارة آلة", "Loan of an instrument"}, 30, 80, 5},
			{words{"Enregistrement de la séance", "تسجيل الحصة", "Recording of the session"}, 20, 50, 10},
		}},
		{"sport", name{"Forme", "لياقة"}, words{"le sport", "الرياضة", "training"}, "", []offer{
			{words{"Coaching sportif individuel", "تدريب رياضي فردي", "Personal training"}, words{"Bilan, programme sur mesure et séance en salle, chez vous ou en plein air.", "تقييم وبرنامج خاص وحصة في القاعة أو البيت أو الهواء الطلق.", "Assessment, a tailored plan, and a session at home or outdoors."}, 150, 300, 60, fixed, home},
			{words{"Yoga et étirements", "يوغا وتمدد", "Yoga and stretching"}, words{"Respiration, souplesse et relâchement, pour tous les niveaux.", "تنفس ومرونة واسترخاء لكل المستويات.", "Breath, flexibility and release, for every level."}, 120, 220, 60, fixed, home},
			{words{"Remise en forme en ligne", "استعادة اللياقة عن بعد", "Getting fit online"}, words{"Séance en direct, sans matériel, avec corrections de posture.", "حصة مباشرة دون معدات مع تصحيح الوضعية.", "A live session without equipment, with posture corrections."}, 80, 150, 45, fixed, remote},
		}, []extra{
			{words{"Plan alimentaire", "برنامج غذائي", "Meal plan"}, 100, 200, 15},
			{words{"Mesures et suivi mensuel", "قياسات ومتابعة شهرية", "Measurements and monthly follow-up"}, 50, 100, 15},
		}},
	},
}
