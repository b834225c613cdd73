/** Sets a demonstration's network up: accounts of operators and drivers, the contracts, a scenario's assets, the planner. */
@NullMarked
package org.chargeproof.cli.demo.deployment;

import org.jspecify.annotations.NullMarked;
