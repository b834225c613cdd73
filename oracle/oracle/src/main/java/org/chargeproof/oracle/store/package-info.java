/** What an oracle keeps in its data folder. */
@NullMarked
package org.chargeproof.oracle.store;

import org.jspecify.annotations.NullMarked;
