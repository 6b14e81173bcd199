BEGIN TRANSACTION;
CREATE TABLE ledger (
	id INTEGER NOT NULL, 
	population VARCHAR(100) NOT NULL, 
	created DATETIME NOT NULL, 
	"group" VARCHAR(20) NOT NULL, 
	study VARCHAR(100) NOT NULL, 
	purpose TEXT NOT NULL, 
	public BOOLEAN NOT NULL, 
	event TEXT NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_ledger PRIMARY KEY (id), 
	CONSTRAINT uq_ledger_population UNIQUE (population, previous)
);
INSERT INTO "ledger" VALUES(1,'main','2026-11-24 07:52:20.156048','training','s1','Model',0,'{"delta":1e-05,"epsilon":1.0,"mechanisms":[{"count":1,"kind":"gaussian_release","mu":0.25,"name":"release","noise_std":4,"sensitivity":1,"what":"Counts"}],"n_shoppers":4338}','0000000000000000000000000000000000000000000000000000000000000000','fe01fe25a87f5de94759b78b518f1487aa6673628e1bb9b23841813c74e22c89');
INSERT INTO "ledger" VALUES(2,'main','2026-11-24 07:52:20.166223','evaluation','s2','Figures',0,'{"delta":1e-05,"epsilon":1.0,"mechanisms":[{"count":1,"kind":"gaussian_release","mu":0.25,"name":"release","noise_std":4,"sensitivity":1,"what":"Counts"}],"n_shoppers":4338}','fe01fe25a87f5de94759b78b518f1487aa6673628e1bb9b23841813c74e22c89','7f4d05b3a495297607c66f14b59e0b1e32db86121b775ba0ef32bf58288e191b');
CREATE TABLE populations (
	name VARCHAR(100) NOT NULL, 
	created DATETIME NOT NULL, 
	cap_epsilon FLOAT, 
	cap_delta FLOAT, 
	cap_selection_delta FLOAT, 
	CONSTRAINT pk_populations PRIMARY KEY (name)
);
INSERT INTO "populations" VALUES('main','2026-11-24 07:52:20.154985',NULL,NULL,NULL);
COMMIT;
