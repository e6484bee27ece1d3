package demo

// notes are what customers write, whatever they book.
var notes = []words{
	{"Merci d’appeler en arrivant, l’interphone ne marche pas.", "المرجو الاتصال عند الوصول، الجرس لا يعمل.", "Please call when you arrive, the intercom is out of order."},
	{"Deuxième porte à gauche après la boulangerie.", "الباب الثاني على اليسار بعد المخبزة.", "Second door on the left after the bakery."},
	{"Je préfère être prévenu par message.", "أفضل أن تخبروني برسالة.", "I would rather be told by message."},
	{"Le parking se trouve derrière l’immeuble.", "موقف السيارات خلف العمارة.", "The car park is behind the building."},
	{"Merci d’être à l’heure, je dois partir juste après.", "المرجو احترام الموعد، يجب أن أغادر بعدها مباشرة.", "Please be on time, I have to leave right after."},
	{"Recommandé par une amie, hâte de vous rencontrer.", "نصحتني بكم إحدى الصديقات، وأتطلع إلى لقائكم.", "A friend recommended you, I look forward to it."},
	{"Ma mère sera là pour vous ouvrir.", "ستكون والدتي في البيت لتفتح لكم.", "My mother will be there to let you in."},
	{"Y a-t-il quelque chose à préparer avant votre venue ?", "هل يجب أن أحضر شيئا قبل مجيئكم؟", "Is there anything to prepare before you come?"},
	{"Paiement sur place si possible.", "أفضل الأداء في عين المكان إن أمكن.", "Payment on the spot if possible."},
	{"Merci beaucoup et à bientôt.", "شكرا جزيلا وإلى اللقاء.", "Many thanks, see you soon."},
}

// declineReasons are why providers decline or cancel.
var declineReasons = []words{
	{"Je suis désolé, une urgence familiale m’empêche de venir.", "أعتذر، لدي ظرف عائلي طارئ.", "I am sorry, a family emergency keeps me from coming."},
	{"Ce quartier est trop loin pour moi ce jour-là.", "هذا الحي بعيد عني في ذلك اليوم.", "That part of town is too far for me that day."},
	{"Mon véhicule est en panne, je préfère ne pas vous faire attendre.", "سيارتي معطلة ولا أريد أن أجعلكم تنتظرون.", "My car has broken down and I would rather not keep you waiting."},
	{"Il me manque une pièce que je ne recevrai pas à temps.", "تنقصني قطعة لن أتوصل بها في الوقت.", "I lack something that will not arrive in time."},
	{"Un chantier prend plus de temps que prévu.", "أحد الأشغال يتطلب وقتا أطول من المتوقع.", "Another job is taking longer than planned."},
	{"Je suis malade, merci de votre compréhension.", "أنا مريض، شكرا على تفهمكم.", "I am ill, thank you for understanding."},
}

// cancelReasons are why customers cancel.
var cancelReasons = []words{
	{"Un imprévu au travail, je réserverai une autre fois.", "ظرف طارئ في العمل، سأحجز مرة أخرى.", "Something came up at work, I will book another time."},
	{"Je me suis trompé de jour.", "أخطأت في اختيار اليوم.", "I picked the wrong day."},
	{"Le problème est réglé, merci.", "تم حل المشكل، شكرا.", "The problem is solved, thank you."},
	{"Nous partons en voyage plus tôt que prévu.", "سنسافر قبل الموعد المقرر.", "We are travelling earlier than planned."},
	{"Mon enfant est malade.", "طفلي مريض.", "My child is ill."},
	{"J’ai trouvé quelqu’un de plus proche.", "وجدت شخصا أقرب إلى بيتي.", "I found somebody nearer."},
}

// moveReasons are why another time would be better.
var moveReasons = []words{
	{"Serait-il possible de décaler un peu ?", "هل يمكن تأخير الموعد قليلا؟", "Could we move it a little?"},
	{"Je serai plus disponible à ce moment-là.", "سيكون لدي وقت أكثر حينها.", "I will have more time then."},
	{"Un rendez-vous médical tombe à la même heure.", "لدي موعد مع الطبيب في الوقت نفسه.", "A doctor’s appointment falls at the same hour."},
	{"Cela me permettrait de venir avec tout le matériel.", "سيسمح لي ذلك بإحضار كل المعدات.", "That way I could bring all the equipment."},
	{"La route sera plus calme à cette heure.", "ستكون الطريق أهدأ في ذلك الوقت.", "The roads will be quieter at that hour."},
	{"Je préfère prendre le temps de bien faire.", "أفضل أن آخذ الوقت الكافي لأتقن العمل.", "I would rather take the time to do it well."},
}
