export default { background: "#f7f7f2" };
