/** What an oracle keeps of people: encrypted under a key for each person, which is kept outside the database and its backups. */
@NullMarked
package org.chargeproof.database;

import org.jspecify.annotations.NullMarked;
