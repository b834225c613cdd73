/** What a demonstration runs on: the embedded ledger and its time, a network of Besu nodes, or a node of others. */
@NullMarked
package org.chargeproof.cli.demo.ledger;

import org.jspecify.annotations.NullMarked;
