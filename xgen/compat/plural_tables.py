"""What becomes of words, by their endings. Made by `benchmarks/plurals.py`."""

from __future__ import annotations

from typing import Final

PLURAL: Final = """\
0 ^bream ^breeches ^britches ^cantus ^carp ^chassis ^clippers ^cod ^coitus ^contretemps ^corps
0 ^debris ^diabetes ^djinn ^flounder ^gallows ^graffiti ^haggis ^headquarters ^herpes ^hertz
0 ^hijinks ^innings ^jackanapes ^mackerel ^mews ^moose ^mumps ^news ^nexus ^offspring ^pajamas
0 ^pence ^pincers ^pliers ^proceedings ^pyjamas ^quid ^rabies ^salmon ^samuri ^scissors ^series
0 ^shears ^siemens ^species ^subspecies ^testes ^theirs ^them ^they ^trousers ^trout ^tuna
0 ^whiting ^you ^yours asles butter cash ceps craft deer fish information lese mese nese ois pox
0 rese rniture sheep
0a ^rom
0e alga mna sona tebra vita
0en ^ox
0es ^acropolis ^aegis ^alias ^asbestos ^atlas ^bathos ^bias ^caddis ^cannabis ^canvas ^chaos
0es ^chrysalis ^clitoris ^cosmos ^dais ^digitalis ^ephemeris ^epidermis ^epididymis ^ethos ^eyas
0es ^gas ^glottis ^hubris ^ibis ^iris ^lens ^mantis ^marquis ^metropolis ^pathos ^pelvis ^penis
0es ^polis ^rhinoceros ^sassafras ^trellis ^yes ch colo itis o paz sh ss uartz us x zz
0ren ^child
0s . ^ado ^oto ^y acro addo alvo antro ao asino auto ay bacco basso bido bimbo bingo bino bongo
0s brato brero bretto buy caiman canto cayman ccato ccino cello cendo chito coco credo ctavo
0s dalo demo desman dico dolman eblo empo enco enderfoot eo epo eriman esso etigo etman etro
0s euro ey ezzo farman ferno festo fico gano ggro gringo guano gumbo guy harman hetto hno hoto
0s human iasco ibero icro io ionado ippo irdo irocco itto ivedo jumbo junto kilo lago leco legro
0s leman lero lido limbo limo lingo lino lisman lissimo loco logo lto macho madillo mbago memo
0s mmando mmo mono myo neno neto nfo ntango nuch ocado olo omach oo orero oso oy pano panto
0s piano pimento pinto pogo poncho prano pro razzo retooth rhino rilby rondo rso rtino rtooth
0s ryo rzo sago setto shaman silo sotto sycho taco taman terno tfoot tiro toman trigo trino tudo
0s typo uarto ucco uero ufo umo uo urro wlife yano ylo ynamo yro zando zech zero zmo
0zes z
1ce ^die
1ces adix helix
1i ^graffito ^mythos
1ies y
1s ^atman
1ves ^loaf alf arf elf heaf leaf olf
1we ^i
2a abrum cterium datum deton ganon gendum helion omenon ratum rbaton remum terion umenon vum
2a zoon
2en man
2era ^genus
2es ^testis cis sis xis
2i cillus cleus cophagus imulus locus mnus nchus niscus veolus
2ices codex ilex murex
2ies money
2ina ^carmen ^numen
2they ^he ^it
2us ^me
2ves life nife wife
3eet foot
3theirs ^his ^its
3them ^her ^him
3they ^she
4eese ^goose _goose
4eeth tooth
4ice ^booklouse ^grapelouse ^louse ^woodlouse mouse
4ople person
4ours ^mine
4theirs ^hers
6ourselves ^myself
6themselves ^itself
7themselves ^herself ^himself"""

PLURAL_OF_CAPITALISED: Final = """\
0 ^bream ^breeches ^britches ^cantus ^carp ^chassis ^clippers ^cod ^coitus ^contretemps ^corps
0 ^debris ^diabetes ^djinn ^flounder ^gallows ^graffiti ^haggis ^headquarters ^herpes ^hertz
0 ^hijinks ^innings ^jackanapes ^mackerel ^maltese ^mews ^moose ^mumps ^news ^nexus ^offspring
0 ^pajamas ^pekingese ^pence ^pincers ^pliers ^portuguese ^proceedings ^pyjamas ^quid ^rabies
0 ^salmon ^samuri ^scissors ^series ^shears ^siemens ^species ^subspecies ^testes ^theirs ^them
0 ^they ^trousers ^trout ^tuna ^whiting ^you ^yours asles butter cash ceps craft deer fish
0 information lese mese nese ois pox rese rniture sheep
0a ^rom
0e alga mna sona tebra vita
0en ^ox
0es ^acropolis ^aegis ^alias ^asbestos ^atlas ^bathos ^bias ^caddis ^cannabis ^canvas ^chaos
0es ^chrysalis ^clitoris ^cosmos ^dais ^digitalis ^ephemeris ^epidermis ^epididymis ^ethos ^eyas
0es ^gas ^glottis ^hubris ^ibis ^iris ^lens ^mantis ^marquis ^metropolis ^pathos ^pelvis ^penis
0es ^polis ^rhinoceros ^sassafras ^trellis ch colo es itis o paz sh ss uartz us x zz
0ren ^child
0s . ^ado ^flatfoot ^lowlife ^mongoose ^norman ^oto ^sabertooth ^sabretooth ^taco ^tenderfoot
0s acro addo alabaman alvo antro ao asino auto bacco basso bido bimbo bingo bino bongo brato
0s brero bretto caiman canto cayman ccato ccino cello cendo chito coco credo ctavo dalo demo
0s desman dico dolman eblo empo enco enorman eo epo eriman esso etigo etman etro euro ezzo
0s farman ferno festo fico gano german ggro gringo guano gumbo harman hetto hno hoto human iasco
0s ibero icro io ionado ippo irdo irocco itto ivedo jumbo junto kilo lago leco legro leman lero
0s lido limbo limo lingo lino lisman lissimo loco logo lto macho madillo mbago memo mmando mmo
0s mono myo neno neto nfo ntango nuch ocado oklahoman olo omach oo orero oso pano panto piano
0s pimento pinto pogo poncho prano pro razzo rhino roman rondo rso rtino ryo rzo sago setto
0s shaman silo sotto sycho taman terno tiro trigo trino ttoman tudo typo uarto ucco uero ufo umo
0s uo urro yano ylo ynamo yro zando zech zero zmo
0zes z
1ce ^die
1ces adix helix
1i ^graffito ^mythos
1ies ^infinity ^romany quy
1s ^atman
1ves ^loaf alf arf elf heaf leaf olf
2a abrum cterium datum deton ganon gendum helion omenon ratum rbaton remum terion umenon vum
2a zoon
2en man
2era ^genus
2es ^testis cis sis xis
2i cillus cleus cophagus imulus locus mnus nchus niscus veolus
2ices codex ilex murex
2ies ^money
2ina ^carmen ^numen
2they ^he ^it
2us ^me
2ves life nife wife
3eet foot
3theirs ^his ^its
3them ^her ^him
3they ^she
4eese goose
4eeth tooth
4ice ^booklouse ^grapelouse ^louse ^woodlouse mouse
4ople person
4ours ^mine
4theirs ^hers
5tacos ntaco
6ourselves ^myself
6themselves ^itself
7themselves ^herself ^himself"""

SINGULAR: Final = """\
- . ^status aratus ectus iatus mpetus plexus sinus
0 ^bream ^carp ^cod ^djinn ^flounder ^graffiti ^hertz ^innings ^lore ^mackerel ^mews ^moose
0 ^news ^offspring ^pence ^pincers ^pliers ^proceedings ^quid ^rabies ^salmon ^samuri ^series
0 ^trout ^tuna ^whiting ^you adquarters anapes asles betes breeches butter cantus cash ceps
0 clippers corps craft deer ebris etemps fish gallows ggis hassis herpes iemens information
0 issors jamas jinks lese mese mumps nese nexus nfinity ois oitus pecies pox rese ritches
0 rniture shears sheep testes trousers yours
1 ^abuses ^aches ^aeries ^aloes ^axes ^bogies ^bonnies ^bourgeoisies ^caches ^caddies ^calories
1 ^camaraderies ^canoes ^causes ^contuses ^coolies ^cooties ^crappies ^curies ^does ^douses
1 ^fiches ^floes ^floozies ^foes ^fuses ^genies ^hies ^hoes ^hypotenuses ^jalousies ^lassies
1 ^lies ^muses ^newbies ^niches ^oboes ^oldies ^olives ^organdies ^overuses ^peruses ^pies
1 ^reuses ^roes ^roma ^ruses ^sloes ^softies ^sorties ^spouses ^stymies ^ties ^tiptoes ^toes
1 ^toothaches ^transfuses ^underlies ^unties ^uses ^vies ^woes ^yuppies _diagnoses _hydrolyses
1 _urinalyses achaches aisses alanches amamies araches asseuses baggies belies biggies blouses
1 bookies brownies budgies carouses clauses cloches cluses collies cookies daches deaves deluxes
1 dogies douches ebrae eebies ekoes esolves evasses eyries gpies groupies grouses houses hroes
1 impasses irdies itae itasses junkies kaches kaxes khoes kiddies kties laddies letoes lgae
1 misuses mnae mommies mousses movies nageries ngeries nighties nnexes oalies ofiches ofuses
1 ombies oogies oteries otsies overlies pauses pinkies pixies plauses posses rairies reches
1 reveries rookies rtaches rtreuses s salves shoes sonae souses sseries ssolves stiches syches
1 talouses tpies tranches uffuses uiches uickies utesies valves veggies weaves weeties welves
1 xcuses yaches
10itself ^themselves
1e nii
1n ^atmas
1on ^ganglia aphelia deta gana ihelia iteria omena rbata umena zoa
1s ^mythoi
1um cteria data erata genda labra ova rema rrata trata
1us cilli clei cophagi imuli loci mni nchi sci veoli
2 ^aliases ^buzzes ^chrysalises ^ephemerises ^fizzes ^frizzes ^gases ^glottises ^ibises ^oxen
2 ^polises ^quartzes ^razzes ^topazes ^yeses abises aoses athoses biases brises ceroses ches
2 chilies cosmoses daises ddises ellises ermises ethoses frases gises irises itises lenses
2 lvises ntises nvases oes orises penises quises ropolises shes sses stoses talises tlases uses
2 xes yases ymises
2an men
2e ^dice
2i ^we
2is ^diereses ^halitoses ^metamorphoses ^mononucleoses ^narcoses ^osmoses ^osteoporoses ^sepses
2is bioses cces crises culoses ecroses egeses eneses enteses gnoses harses heoses ilicoses
2is iphrases lekineses leroses lioses lyses mboses meses mitoses mphases nopses oases okineses
2is osces penes pnoses reces rhoses riases tases tereses theses uenses uroses ychoses
2me ^us
3 ^children zzes
3en numina rmina
3ey ^monies
3f ^hooves ^loaves ^thieves ^turves arves beeves eaves lves
3fe lives nives wives
3oot feet
3ouse ^lice dlice klice mice pelice
3us ^opera enera rpora
3ut ipita
3x adices helices
3y ies
4cow ^kine
4ex codices ilices murices
4it ^them ^they
4mine ^ours
4oose geese
4ooth eeth
4rson eople
4s tlantes
4us opodes
6its theirs
6other hren
9myself ^ourselves"""

SINGULAR_OF_CAPITALISED: Final = """\
- . ^apparatus ^hiatus ^impetus ^plexus ^prospectus ^sinus ^status
0 ^bream ^breeches ^britches ^cantus ^carp ^chassis ^clippers ^cod ^coitus ^contretemps ^corps
0 ^debris ^diabetes ^djinn ^flounder ^gallows ^graffiti ^haggis ^headquarters ^herpes ^hertz
0 ^hijinks ^infinity ^innings ^jackanapes ^lore ^mackerel ^maltese ^mews ^moose ^mumps ^news
0 ^nexus ^offspring ^pajamas ^pekingese ^pence ^pincers ^pliers ^portuguese ^proceedings
0 ^pyjamas ^quid ^rabies ^salmon ^samuri ^scissors ^series ^shears ^siemens ^species ^subspecies
0 ^testes ^trousers ^trout ^tuna ^whiting ^you ^yours asles butter cash ceps craft deer fish
0 information lese mese nese ois pox rese rniture sheep
1 ^abuses ^aches ^addies ^aeries ^aggies ^allies ^aloes ^amies ^andromaches ^angies ^annexes
1 ^annies ^annmaries ^apaches ^applauses ^archies ^arties ^aussies ^avalanches ^axes ^backaches
1 ^backhoes ^baggies ^barbies ^barries ^basies ^belies ^bellyaches ^bennies ^bernies ^berties
1 ^bessies ^betelgeuses ^betties ^biggies ^billies ^birdies ^bivalves ^blanches ^blondies
1 ^blouses ^bobbies ^bogies ^bolshois ^bonnies ^boogies ^bookies ^bouillabaisses ^bourgeoisies
1 ^bowies ^brandies ^bries ^brownies ^budgies ^caches ^caddies ^callies ^calories ^camaraderies
1 ^canoes ^carnegies ^carouses ^carries ^cassies ^causes ^charlies ^chartreuses ^cheries ^chloes
1 ^christies ^clauses ^clives ^cloches ^cockamamies ^collies ^comanches ^connies ^contuses
1 ^cookies ^coolies ^cooties ^coteries ^crappies ^creches ^crevasses ^crusoes ^curies ^cutesies
1 ^dannies ^debbies ^defoes ^deluxes ^demitasses ^dissolves ^dixies ^does ^dogies ^dollies
1 ^donnies ^douches ^douses ^drambuies ^duses ^earaches ^eddies ^effies ^ellies ^elsies ^eries
1 ^ernies ^essies ^eugenies ^excuses ^eyries ^faeroes ^fannies ^fiches ^floes ^floozies
1 ^flossies ^foes ^footsies ^frankies ^freddies ^freebies ^fuses ^genies ^gillespies ^goalies
1 ^goldies ^gracies ^groupies ^grouses ^guthries ^hallies ^hanois ^hatties ^headaches
1 ^heartaches ^hesses ^hetties ^hies ^hoes ^hollies ^hypotenuses ^impasses ^interweaves
1 ^ivanhoes ^jackies ^jalousies ^jamies ^janies ^jannies ^jeanies ^jeannies ^jennies ^jesses
1 ^jessies ^jimmies ^jodies ^joes ^johnies ^johnnies ^josies ^julies ^junkies ^kalgoorlies
1 ^kathies ^katies ^kellies ^kewpies ^kiddies ^kristies ^laddies ^laramies ^larousses ^lassies
1 ^lauries ^leslies ^lessies ^lies ^lillies ^lingeries ^lizzies ^lonnies ^lories ^lorries
1 ^lotties ^louies ^mackenzies ^maggies ^magpies ^maisies ^mamies ^marcies ^margies ^marjories
1 ^masseuses ^matisses ^matties ^melanies ^menageries ^menopauses ^meuses ^mickies ^microfiches
1 ^millies ^minnies ^mistletoes ^misuses ^moes ^mollies ^mommies ^monroes ^mounties ^mousses
1 ^movies ^muses ^nannies ^natalies ^neckties ^nellies ^netties ^newbies ^niches ^nietzsches
1 ^nighties ^noes ^oboes ^oldies ^olives ^ollies ^organdies ^overlies ^overuses ^ozzies
1 ^palmolives ^pastiches ^pauses ^pearlies ^pekoes ^peruses ^pickaxes ^pies ^pinkies ^pixies
1 ^poes ^porsches ^posses ^potpies ^pottawatomies ^prairies ^profuses ^psyches ^quiches
1 ^quickies ^recluses ^reggies ^resolves ^reuses ^reveries ^richies ^rickies ^robbies ^roches
1 ^roes ^roma ^ronnies ^rookies ^rosalies ^roscoes ^rosemaries ^rosies ^rotisseries ^roxies
1 ^ruses ^rushdies ^ruthies ^sadies ^sallies ^salves ^sammies ^scotties ^selassies ^sherries
1 ^sloes ^softies ^sophies ^sorties ^souses ^spouses ^stacies ^stefanies ^stephanies ^stevies
1 ^stomachaches ^stymies ^suffuses ^susies ^sweeties ^sylvies ^syracuses ^tahoes ^talouses
1 ^tammies ^terries ^tessies ^throes ^ties ^tippecanoes ^tiptoes ^toes ^tommies ^toothaches
1 ^toulouses ^tracies ^tranches ^transfuses ^trekkies ^twelves ^underlies ^unties ^uses
1 ^valaries ^valeries ^valkyries ^valves ^veggies ^vickies ^vies ^virgies ^weaves ^willies
1 ^winnies ^woes ^wylies ^yorkies ^yuppies ^zoes ^zombies ebrae houses itae lgae mnae s shoes
1 sonae
10itself ^themselves
1e ^genii
1n ^atmas
1on ^ganglia aphelia deta gana ihelia iteria omena rbata umena zoa
1s ^mythoi
1um cteria data erata genda labra ova rema rrata trata
1us cilli clei cophagi imuli loci mni nchi sci veoli
2 ^acropolises ^aegises ^aliases ^asbestoses ^atlases ^bathoses ^biases ^buzzes ^caddises
2 ^cannabises ^canvases ^chaoses ^chilies ^chrysalises ^clitorises ^cosmoses ^daises
2 ^digitalises ^ephemerises ^epidermises ^epididymises ^ethoses ^eyases ^fizzes ^frizzes ^gases
2 ^glottises ^hubrises ^ibises ^irises ^lenses ^mantises ^marquises ^metropolises ^oxen
2 ^pathoses ^pelvises ^penises ^polises ^quartzes ^razzes ^rhinoceroses ^sassafrases ^topazes
2 ^trellises ches eses itises oes shes sses uses xes
2an men
2e ^dice
2i ^we
2is ^penes
2me ^us
3 ^children zzes
3en ^carmina ^numina
3ey ^monies
3f ^beeves ^hooves ^loaves ^thieves ^turves arves eaves lves
3fe lives nives wives
3oot feet
3ouse ^booklice ^grapelice ^lice ^woodlice mice
3us ^corpora ^genera ^opera
3ut ^occipita
3x adices helices
3y ies
4cow ^kine
4ex codices ilices murices
4it ^them ^they
4mine ^ours
4oose geese
4ooth eeth
4rson eople
4s ^atlantes
4us ^octopodes
6its ^theirs
6other ^brethren
9myself ^ourselves"""
