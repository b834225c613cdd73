/** What is outside of the ledger: cars and their drivers, charge points, meters, and the operators' systems. */
@NullMarked
package org.chargeproof.cli.demo.world;

import org.jspecify.annotations.NullMarked;
