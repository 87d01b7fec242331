/** Words that passwords are made of; a password must be more than them. */
export const COMMON_WORDS: readonly string[] = (
  "administrator basketball contrasena motdepasse barcelona butterfly lightning liverpool microsoft baseball changeme " +
  "computer database facebook february football iloveyou internet jennifer passw0rd password passwort platform princess " +
  "security starwars sunshine superman whatever android arsenal charlie chelsea company default diamond forever freedom " +
  "january jessica letmein michael phoenix pokemon private samsung thunder trustno welcome access amazon ashley autumn " +
  "azerty banana batman berlin cheese cookie crewai daniel dragon family father flower friday ginger golden google hockey " +
  "hunter jordan killer london lovely loveme master matrix monday monkey mother office orange pepper please public purple " +
  "qwerty qwertz secret server shadow silver soccer spring summer system thomas tigger winter yellow admin agent angel " +
  "apple crews guest hello login root test user"
).split(" ");

/** Passwords of twelve and more characters that everybody's list has; lowercase. Each is also a pattern that the rules know. */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  (
    "000000000000|111111111111|112233445566|121212121212|123123123123|123321123321|123456789012|1234567890123|" +
    "12345678901234567890|1q2w3e4r5t6y|1q2w3e4r5t6y7u8i|1qaz2wsx3edc|987654321098|abc123abc123|abcdefghijkl|admin1234567|" +
    "admin12345678|admin123456789|admin1234567890|adminadminadmin|adminadministrator|adminbaseball|adminchangeme|" +
    "admincharlie|admincomputer|adminfootball|adminiloveyou|admininternet|administrator|administrator!|administrator!!|" +
    "administrator000|administrator007|administrator1|administrator111|administrator12|administrator123|administrator123!|" +
    "administrator1234|administrator1234!|administrator12345|administrator123456|administrator1234567|administrator12345678|" +
    "administrator123456789|administrator1234567890|administrator2020|administrator2021|administrator2022|administrator2023|" +
    "administrator2024|administrator2025|administrator2026|administrator69|administrator@123|administrator@1234|" +
    "administratorabc|administratoradmin|administratoradministrator|administratorbaseball|administratorchangeme|" +
    "administratorcharlie|administratorcomputer|administratordragon|administratorfootball|administratoriloveyou|" +
    "administratorinternet|administratorletmein|administratormaster|administratormichael|administratormonkey|" +
    "administratorpassw0rd|administratorpassword|administratorprincess|administratorqwe|administratorqwerty|" +
    "administratorqwertyuiop|administratorstarwars|administratorsunshine|administratorsuperman|administratortrustno1|" +
    "administratorwelcome|administratorwhatever|administratorxyz|adminletmein|adminmichael|adminpassw0rd|adminpassword|" +
    "adminprincess|adminqwertyuiop|adminstarwars|adminsunshine|adminsuperman|admintrustno1|adminwelcome|adminwhatever|" +
    "areyoukidding|asdfghjkl123|asdfghjklzxc|averylongpassword|baseball123!|baseball1234|baseball1234!|baseball12345|" +
    "baseball123456|baseball1234567|baseball12345678|baseball123456789|baseball1234567890|baseball2020|baseball2021|" +
    "baseball2022|baseball2023|baseball2024|baseball2025|baseball2026|baseball@123|baseball@1234|baseballadmin|" +
    "baseballadministrator|baseballbaseball|baseballchangeme|baseballcharlie|baseballcomputer|baseballdragon|" +
    "baseballfootball|baseballiloveyou|baseballinternet|baseballletmein|baseballmaster|baseballmichael|baseballmonkey|" +
    "baseballpassw0rd|baseballpassword|baseballprincess|baseballqwerty|baseballqwertyuiop|baseballstarwars|baseballsunshine|" +
    "baseballsuperman|baseballtrustno1|baseballwelcome|baseballwhatever|blink182blink182|changeme123!|changeme1234|" +
    "changeme1234!|changeme12345|changeme123456|changeme1234567|changeme12345678|changeme123456789|changeme1234567890|" +
    "changeme2020|changeme2021|changeme2022|changeme2023|changeme2024|changeme2025|changeme2026|changeme@123|changeme@1234|" +
    "changemeadmin|changemeadministrator|changemebaseball|changemechangeme|changemecharlie|changemecomputer|changemedragon|" +
    "changemefootball|changemeiloveyou|changemeinternet|changemeletmein|changememaster|changememichael|changememonkey|" +
    "changemepassw0rd|changemepassword|changemeprincess|changemeqwerty|changemeqwertyuiop|changemestarwars|changemesunshine|" +
    "changemesuperman|changemetrustno1|changemewelcome|changemewhatever|charlie1234!|charlie12345|charlie123456|" +
    "charlie1234567|charlie12345678|charlie123456789|charlie1234567890|charlie@1234|charlieadmin|charlieadministrator|" +
    "charliebaseball|charliechangeme|charliecharlie|charliecomputer|charliedragon|charliefootball|charlieiloveyou|" +
    "charlieinternet|charlieletmein|charliemaster|charliemichael|charliemonkey|charliepassw0rd|charliepassword|" +
    "charlieprincess|charlieqwerty|charlieqwertyuiop|charliestarwars|charliesunshine|charliesuperman|charlietrustno1|" +
    "charliewelcome|charliewhatever|computer123!|computer1234|computer1234!|computer12345|computer123456|computer1234567|" +
    "computer12345678|computer123456789|computer1234567890|computer2020|computer2021|computer2022|computer2023|computer2024|" +
    "computer2025|computer2026|computer@123|computer@1234|computeradmin|computeradministrator|computerbaseball|" +
    "computerchangeme|computercharlie|computercomputer|computerdragon|computerfootball|computeriloveyou|computerinternet|" +
    "computerletmein|computermaster|computermichael|computermonkey|computerpassw0rd|computerpassword|computerprincess|" +
    "computerqwerty|computerqwertyuiop|computerstarwars|computersunshine|computersuperman|computertrustno1|computerwelcome|" +
    "computerwhatever|correct horse battery staple|correcthorsebatterystaple|donttellanyone|dragon123456|dragon1234567|" +
    "dragon12345678|dragon123456789|dragon1234567890|dragonadministrator|dragonbaseball|dragonchangeme|dragoncharlie|" +
    "dragoncomputer|dragondragon|dragonfootball|dragoniloveyou|dragoninternet|dragonletmein|dragonmaster|dragonmichael|" +
    "dragonmonkey|dragonpassw0rd|dragonpassword|dragonprincess|dragonqwerty|dragonqwertyuiop|dragonstarwars|dragonsunshine|" +
    "dragonsuperman|dragontrustno1|dragonwelcome|dragonwhatever|football123!|football1234|football1234!|football12345|" +
    "football123456|football1234567|football12345678|football123456789|football1234567890|football2020|football2021|" +
    "football2022|football2023|football2024|football2025|football2026|football@123|football@1234|footballadmin|" +
    "footballadministrator|footballbaseball|footballchangeme|footballcharlie|footballcomputer|footballdragon|" +
    "footballfootball|footballiloveyou|footballinternet|footballletmein|footballmaster|footballmichael|footballmonkey|" +
    "footballpassw0rd|footballpassword|footballprincess|footballqwerty|footballqwertyuiop|footballstarwars|footballsunshine|" +
    "footballsuperman|footballtrustno1|footballwelcome|footballwhatever|forgetmenot123|godisgoodallthetime|helloworld123|" +
    "helloworldhello|ihavenopassword|ilovemyfamily|iloveyou123!|iloveyou1234|iloveyou1234!|iloveyou12345|iloveyou123456|" +
    "iloveyou1234567|iloveyou12345678|iloveyou123456789|iloveyou1234567890|iloveyou2020|iloveyou2021|iloveyou2022|" +
    "iloveyou2023|iloveyou2024|iloveyou2025|iloveyou2026|iloveyou@123|iloveyou@1234|iloveyouadmin|iloveyouadministrator|" +
    "iloveyoubaseball|iloveyouchangeme|iloveyoucharlie|iloveyoucomputer|iloveyoudragon|iloveyoufootball|iloveyouforever|" +
    "iloveyouiloveyou|iloveyouinternet|iloveyouletmein|iloveyoumaster|iloveyoumichael|iloveyoumonkey|iloveyoupassw0rd|" +
    "iloveyoupassword|iloveyouprincess|iloveyouqwerty|iloveyouqwertyuiop|iloveyoustarwars|iloveyousunshine|iloveyousuperman|" +
    "iloveyoutrustno1|iloveyouwelcome|iloveyouwhatever|internet123!|internet1234|internet1234!|internet12345|internet123456|" +
    "internet1234567|internet12345678|internet123456789|internet1234567890|internet2020|internet2021|internet2022|" +
    "internet2023|internet2024|internet2025|internet2026|internet@123|internet@1234|internetadmin|internetadministrator|" +
    "internetbaseball|internetchangeme|internetcharlie|internetcomputer|internetdragon|internetfootball|internetiloveyou|" +
    "internetinternet|internetletmein|internetmaster|internetmichael|internetmonkey|internetpassw0rd|internetpassword|" +
    "internetprincess|internetqwerty|internetqwertyuiop|internetstarwars|internetsunshine|internetsuperman|internettrustno1|" +
    "internetwelcome|internetwhatever|jesuschrist1|justanotherpassword|letmein1234!|letmein12345|letmein123456|" +
    "letmein1234567|letmein12345678|letmein123456789|letmein1234567890|letmein@1234|letmeinadmin|letmeinadministrator|" +
    "letmeinbaseball|letmeinchangeme|letmeincharlie|letmeincomputer|letmeindragon|letmeinfootball|letmeiniloveyou|" +
    "letmeininternet|letmeinletmein|letmeinmaster|letmeinmichael|letmeinmonkey|letmeinpassw0rd|letmeinpassword|letmeinplease|" +
    "letmeinprincess|letmeinqwerty|letmeinqwertyuiop|letmeinstarwars|letmeinsunshine|letmeinsuperman|letmeintrustno1|" +
    "letmeinwelcome|letmeinwhatever|manchesterunited|master123456|master1234567|master12345678|master123456789|" +
    "master1234567890|masteradministrator|masterbaseball|masterchangeme|mastercharlie|mastercomputer|masterdragon|" +
    "masterfootball|masteriloveyou|masterinternet|masterletmein|mastermaster|mastermichael|mastermonkey|masterpassw0rd|" +
    "masterpassword|masterprincess|masterqwerty|masterqwertyuiop|masterstarwars|mastersunshine|mastersuperman|mastertrustno1|" +
    "masterwelcome|masterwhatever|metallica123|michael1234!|michael12345|michael123456|michael1234567|michael12345678|" +
    "michael123456789|michael1234567890|michael@1234|michaeladmin|michaeladministrator|michaelbaseball|michaelchangeme|" +
    "michaelcharlie|michaelcomputer|michaeldragon|michaelfootball|michaeliloveyou|michaelinternet|michaelletmein|" +
    "michaelmaster|michaelmichael|michaelmonkey|michaelpassw0rd|michaelpassword|michaelprincess|michaelqwerty|" +
    "michaelqwertyuiop|michaelstarwars|michaelsunshine|michaelsuperman|michaeltrustno1|michaelwelcome|michaelwhatever|" +
    "monkey123456|monkey1234567|monkey12345678|monkey123456789|monkey1234567890|monkeyadministrator|monkeybaseball|" +
    "monkeychangeme|monkeycharlie|monkeycomputer|monkeydragon|monkeyfootball|monkeyiloveyou|monkeyinternet|monkeyletmein|" +
    "monkeymaster|monkeymichael|monkeymonkey|monkeypassw0rd|monkeypassword|monkeyprincess|monkeyqwerty|monkeyqwertyuiop|" +
    "monkeystarwars|monkeysunshine|monkeysuperman|monkeytrustno1|monkeywelcome|monkeywhatever|mypassword123|" +
    "mypasswordispassword|ncc1701ncc1701|nopassword123|opensesame123|passw0rd123!|passw0rd1234|passw0rd1234!|passw0rd12345|" +
    "passw0rd123456|passw0rd1234567|passw0rd12345678|passw0rd123456789|passw0rd1234567890|passw0rd2020|passw0rd2021|" +
    "passw0rd2022|passw0rd2023|passw0rd2024|passw0rd2025|passw0rd2026|passw0rd@123|passw0rd@1234|passw0rdadmin|" +
    "passw0rdadministrator|passw0rdbaseball|passw0rdchangeme|passw0rdcharlie|passw0rdcomputer|passw0rddragon|" +
    "passw0rdfootball|passw0rdiloveyou|passw0rdinternet|passw0rdletmein|passw0rdmaster|passw0rdmichael|passw0rdmonkey|" +
    "passw0rdpassw0rd|passw0rdpassword|passw0rdprincess|passw0rdqwerty|passw0rdqwertyuiop|passw0rdstarwars|passw0rdsunshine|" +
    "passw0rdsuperman|passw0rdtrustno1|passw0rdwelcome|passw0rdwhatever|password123!|password1234|password1234!|" +
    "password12345|password123456|password1234567|password12345678|password123456789|password1234567890|password2020|" +
    "password2021|password2022|password2023|password2024|password2025|password2026|password@123|password@1234|passwordadmin|" +
    "passwordadministrator|passwordbaseball|passwordchangeme|passwordcharlie|passwordcomputer|passworddragon|" +
    "passwordfootball|passwordiloveyou|passwordinternet|passwordletmein|passwordmaster|passwordmichael|passwordmonkey|" +
    "passwordpassw0rd|passwordpassword|passwordprincess|passwordqwerty|passwordqwertyuiop|passwordstarwars|passwordsunshine|" +
    "passwordsuperman|passwordtrustno1|passwordwelcome|passwordwhatever|princess123!|princess1234|princess1234!|" +
    "princess12345|princess123456|princess1234567|princess12345678|princess123456789|princess1234567890|princess2020|" +
    "princess2021|princess2022|princess2023|princess2024|princess2025|princess2026|princess@123|princess@1234|princessadmin|" +
    "princessadministrator|princessbaseball|princesschangeme|princesscharlie|princesscomputer|princessdragon|" +
    "princessfootball|princessiloveyou|princessinternet|princessletmein|princessmaster|princessmichael|princessmonkey|" +
    "princesspassw0rd|princesspassword|princessprincess|princessqwerty|princessqwertyuiop|princessstarwars|princesssunshine|" +
    "princesssuperman|princesstrustno1|princesswelcome|princesswhatever|q1w2e3r4t5y6|qazwsxedcrfv|qwerty123456|qwerty1234567|" +
    "qwerty12345678|qwerty123456789|qwerty1234567890|qwertyadministrator|qwertybaseball|qwertychangeme|qwertycharlie|" +
    "qwertycomputer|qwertydragon|qwertyfootball|qwertyiloveyou|qwertyinternet|qwertyletmein|qwertymaster|qwertymichael|" +
    "qwertymonkey|qwertypassw0rd|qwertypassword|qwertyprincess|qwertyqwerty|qwertyqwertyuiop|qwertystarwars|qwertysunshine|" +
    "qwertysuperman|qwertytrustno1|qwertyuiop!!|qwertyuiop000|qwertyuiop007|qwertyuiop111|qwertyuiop12|qwertyuiop123|" +
    "qwertyuiop123!|qwertyuiop1234|qwertyuiop1234!|qwertyuiop12345|qwertyuiop123456|qwertyuiop1234567|qwertyuiop12345678|" +
    "qwertyuiop123456789|qwertyuiop1234567890|qwertyuiop2020|qwertyuiop2021|qwertyuiop2022|qwertyuiop2023|qwertyuiop2024|" +
    "qwertyuiop2025|qwertyuiop2026|qwertyuiop69|qwertyuiop@123|qwertyuiop@1234|qwertyuiopabc|qwertyuiopadmin|" +
    "qwertyuiopadministrator|qwertyuiopbaseball|qwertyuiopchangeme|qwertyuiopcharlie|qwertyuiopcomputer|qwertyuiopdragon|" +
    "qwertyuiopfootball|qwertyuiopiloveyou|qwertyuiopinternet|qwertyuiopletmein|qwertyuiopmaster|qwertyuiopmichael|" +
    "qwertyuiopmonkey|qwertyuioppassw0rd|qwertyuioppassword|qwertyuiopprincess|qwertyuiopqwe|qwertyuiopqwerty|" +
    "qwertyuiopqwertyuiop|qwertyuiopstarwars|qwertyuiopsunshine|qwertyuiopsuperman|qwertyuioptrustno1|qwertyuiopwelcome|" +
    "qwertyuiopwhatever|qwertyuiopxyz|qwertywelcome|qwertywhatever|rootrootroot|startrek1234|starwars123!|starwars1234|" +
    "starwars1234!|starwars12345|starwars123456|starwars1234567|starwars12345678|starwars123456789|starwars1234567890|" +
    "starwars2020|starwars2021|starwars2022|starwars2023|starwars2024|starwars2025|starwars2026|starwars@123|starwars@1234|" +
    "starwarsadmin|starwarsadministrator|starwarsbaseball|starwarschangeme|starwarscharlie|starwarscomputer|starwarsdragon|" +
    "starwarsfootball|starwarsiloveyou|starwarsinternet|starwarsletmein|starwarsmaster|starwarsmichael|starwarsmonkey|" +
    "starwarspassw0rd|starwarspassword|starwarsprincess|starwarsqwerty|starwarsqwertyuiop|starwarsstarwars|starwarssunshine|" +
    "starwarssuperman|starwarstrustno1|starwarswelcome|starwarswhatever|sunshine123!|sunshine1234|sunshine1234!|" +
    "sunshine12345|sunshine123456|sunshine1234567|sunshine12345678|sunshine123456789|sunshine1234567890|sunshine2020|" +
    "sunshine2021|sunshine2022|sunshine2023|sunshine2024|sunshine2025|sunshine2026|sunshine@123|sunshine@1234|sunshineadmin|" +
    "sunshineadministrator|sunshinebaseball|sunshinechangeme|sunshinecharlie|sunshinecomputer|sunshinedragon|" +
    "sunshinefootball|sunshineiloveyou|sunshineinternet|sunshineletmein|sunshinemaster|sunshinemichael|sunshinemonkey|" +
    "sunshinepassw0rd|sunshinepassword|sunshineprincess|sunshineqwerty|sunshineqwertyuiop|sunshinestarwars|sunshinesunshine|" +
    "sunshinesuperman|sunshinetrustno1|sunshinewelcome|sunshinewhatever|superman123!|superman1234|superman1234!|" +
    "superman12345|superman123456|superman1234567|superman12345678|superman123456789|superman1234567890|superman2020|" +
    "superman2021|superman2022|superman2023|superman2024|superman2025|superman2026|superman@123|superman@1234|supermanadmin|" +
    "supermanadministrator|supermanbaseball|supermanchangeme|supermancharlie|supermancomputer|supermandragon|" +
    "supermanfootball|supermaniloveyou|supermaninternet|supermanletmein|supermanmaster|supermanmichael|supermanmonkey|" +
    "supermanpassw0rd|supermanpassword|supermanprincess|supermanqwerty|supermanqwertyuiop|supermanstarwars|supermansunshine|" +
    "supermansuperman|supermantrustno1|supermanwelcome|supermanwhatever|supersecretpassword|temporarypassword|temppassword|" +
    "testtesttest|thequickbrownfox|thisismypassword|trustno1123!|trustno11234|trustno11234!|trustno112345|trustno1123456|" +
    "trustno11234567|trustno112345678|trustno1123456789|trustno11234567890|trustno12020|trustno12021|trustno12022|" +
    "trustno12023|trustno12024|trustno12025|trustno12026|trustno1@123|trustno1@1234|trustno1admin|trustno1administrator|" +
    "trustno1baseball|trustno1changeme|trustno1charlie|trustno1computer|trustno1dragon|trustno1football|trustno1iloveyou|" +
    "trustno1internet|trustno1letmein|trustno1master|trustno1michael|trustno1monkey|trustno1passw0rd|trustno1password|" +
    "trustno1princess|trustno1qwerty|trustno1qwertyuiop|trustno1starwars|trustno1sunshine|trustno1superman|trustno1trustno1|" +
    "trustno1welcome|trustno1whatever|trustnoonetrustno|unknownunknown|useruseruser|verysecretpassword|welcome1234!|" +
    "welcome12345|welcome123456|welcome1234567|welcome12345678|welcome123456789|welcome1234567890|welcome@1234|welcomeadmin|" +
    "welcomeadministrator|welcomebaseball|welcomechangeme|welcomecharlie|welcomecomputer|welcomedragon|welcomefootball|" +
    "welcomeiloveyou|welcomeinternet|welcomeletmein|welcomemaster|welcomemichael|welcomemonkey|welcomepassw0rd|" +
    "welcomepassword|welcomeprincess|welcomeqwerty|welcomeqwertyuiop|welcomestarwars|welcomesunshine|welcomesuperman|" +
    "welcometrustno1|welcomewelcome|welcomewhatever|whatever123!|whatever1234|whatever1234!|whatever12345|whatever123456|" +
    "whatever1234567|whatever12345678|whatever123456789|whatever1234567890|whatever2020|whatever2021|whatever2022|" +
    "whatever2023|whatever2024|whatever2025|whatever2026|whatever@123|whatever@1234|whateveradmin|whateveradministrator|" +
    "whateverbaseball|whateverchangeme|whatevercharlie|whatevercomputer|whateverdragon|whateverfootball|whateveriloveyou|" +
    "whateverinternet|whateverletmein|whatevermaster|whatevermichael|whatevermonkey|whateverpassw0rd|whateverpassword|" +
    "whateverprincess|whateverqwerty|whateverqwertyuiop|whateverstarwars|whateversunshine|whateversuperman|whatevertrustno1|" +
    "whateverwelcome|whateverwhatever|zaq12wsxcde3|zxcvbnm12345"
  ).split("|"),
);
