/** How fast the planner is: one table, from one run, with what is to be reached beside each figure. */
package org.chargeproof.benchmark;
